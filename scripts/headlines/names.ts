// Invented places, people, firms and teams, and the numbers that headlines count with.

import { type Alternative, items } from "../grammar.ts";

export const names: Readonly<Record<string, readonly Alternative[]>> = {
  place:
    items(`Mellport / Ardwen / Tarnvale / Ostermouth / Little Quill / Saltby Cross / Brindle Bay / Hexwater / Dunmarrow
    Kestrel Hill / Lower Wick / Pellworth / Vallenby / Grimsea / Upper Nettle / Corvane`),
  country: items("Veldria / Ostavia / Karelmark / Sundria / Marrowland / Lower Thessia"),
  person: items(`Ada Quillfeather / Bram Osterby / Ines Tallowfield / Joss Wetherwane / Lena Marrowby / Otto Pinderhouse
    Ruth Dunnaker / Sami Hollowmere / Tilda Brackwater / Viktor Plumridge / Nora Inchbald-Finch / Edwin Saltmarsh`),
  firm: items(`Halden Rope / Bright Kettle / Tarn and Daughters / Northlamp Rail / Pellworth Biscuits / Quillbank / Saltline Ferries
    Mothwing Telecom / Greyfin Air / Umberly Motors / Dunmarrow Glass / Oak and Anvil`),
  team: items(`Mellport Rovers / Ardwen City / Hexwater United / Grimsea Athletic / Tarnvale Town / Pellworth Wanderers
    Dunmarrow Harriers / Corvane Albion`),
  some: items("two / three / four / five / six / seven / eight / nine / ten"),
  dozens: items("12 / 15 / 20 / 30 / 40 / 60 / 80 / 100"),
  percent: items("2% / 3% / 5% / 8% / 12% / 18% / 40%"),
  mood: items("icy / early / unsettled / wet / mild / unusually quiet"),
  season: items("spring / summer / autumn / winter"),
  storm: items("Agatha / Basil / Clementine / Dudley / Enid / Fergus / Gwendolyn / Horace"),
  day: items("Monday / Tuesday / Wednesday / Thursday / Friday / Sunday"),
  years: items("two years / five years / eleven years / twenty years / eighty years / half a century"),
};
