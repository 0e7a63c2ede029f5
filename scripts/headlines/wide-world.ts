// Science, sport, culture and weather.

import { items } from "../grammar.ts";
import { many, one, type Topic } from "./topic.ts";

export const science: Topic = {
  actors: [
    many(
      "scientists / researchers in {place} / physicists / chemists",
      `grow bone from seaweed / cool atom to record low / measure weight of a whisper / teach bacteria to eat plastic
      store sunlight in a jar for {some} days`,
      "find water on distant moon / solve puzzle of singing sand / lose particle, *find it behind detector",
    ),
    many(
      "astronomers / space agencies",
      "photograph birth of a star / track comet for {years} / name crater after night cleaner / send mission to Saturn",
      `spot planet with {some} moons / hear radio burst repeat every {some} days / lose contact with Mars probe
      rule out asteroid strike`,
    ),
    many(
      "biologists / marine biologists / bird experts",
      "map the memory of bees / film squid at record depth / track whale across {some} seas / count every puffin in {country}",
      `discover frog that sings in {some} keys / find owls can count to {some} / describe {dozens} new species of beetle
      admit pigeon passed the test`,
    ),
    one(
      "space probe / lunar rover / weather satellite / orbiting telescope",
      "land on far side of moon / send first images of Saturn's rings / search for methane on Mars / photograph its own shadow",
      "wake after {some} months of silence / detect methane on Mars / reach orbit {some} hours late",
    ),
    many(
      "archaeologists / geologists / fossil hunters",
      "drill into ancient ice / reopen dig near {place} / date oldest footprint in {country}",
      `unearth ancient bakery near {place} / find seashells on mountain top / uncover Bronze Age shopping list
      dig up dinosaur with bad teeth / misplace Bronze Age helmet`,
    ),
    one(
      "new telescope / quantum computer / laboratory robot / {place} laboratory",
      "map {dozens} million galaxies / learn to fold laundry / map brain of fruit fly",
      "solve problem nobody asked / break record for coldest gas / run for {some} seconds before melting",
    ),
    one(
      "study / large study / {place} university study",
      "test whether crows hold grudges / trace origin of moonlight moths / follow {dozens} twins for {years}",
      `find crows hold grudges for {years} / link deep sleep to memory / show octopuses dream / cast doubt on dark matter
      prove toast does land butter side down`,
    ),
  ],
  events: items("lunar eclipse / record experiment / {some}-year hunt / long expedition / peer review / rocket launch"),
  troubles: items("laboratory mix-up / solar storm / data leak / failed launch / funding freeze / missing samples"),
  sources: items("reviewers / engineers / professors / rival teams / space officials / mission control staff"),
  quotes:
    items(`The data surprised even the mice / We pointed it at the sky and waited / Gravity was working as expected
    It is small, cold and very far away / The octopus opened the jar first / Nobody has seen this beetle before`),
};

export const sport: Topic = {
  actors: [
    many(
      "{team}",
      "sign {person} for {dozens} million / sack coach / play cup final in {place} / sell stadium / face replay on {day}",
      `win in extra time / lose at home to rivals / score {some} in first half / end {some}-game losing run
      throw away {some}-goal lead / climb to top of table / win title on goal difference`,
    ),
    one(
      "{person}",
      "retire at the top / defend {country} Open title / return to {team} / chase third gold medal",
      `win {country} Open in four sets / break marathon record by {some} seconds / miss penalty in shootout
      score on debut for {team} / lift trophy, *drop trophy / take {some} wickets before tea / pull out of tour with knee injury`,
    ),
    one(
      "{team} goalkeeper / {team} captain / {team} striker",
      "face ban for red card / break silence over transfer / sign new {some}-year contract / miss derby through injury",
      "score from own half / save {some} penalties / apologise to referee and *be booked again",
    ),
    many(
      "{team} fans / away fans",
      "welcome coach back after {years} / fill stadium for final / boycott derby over pie prices",
      "sing through {some}-nil defeat / storm pitch after late winner / travel overnight to wrong stadium / boo own mascot",
    ),
    one(
      "referee / video referee",
      "retire after {years} / explain penalty decision / learn the offside rule",
      "send off {some} players and a physio / halt match for stray dog / award penalty to wrong side / lose coin in coin toss",
    ),
    one(
      "{country}",
      "name squad of {dozens} for tour / host winter games without snow / play {some} tests in {place} / change captain again",
      "qualify for final for first time / crash out of world cup / win relay gold / win by {some} wickets",
    ),
    one(
      "{place} marathon / {place} regatta / cup final / {country} grand prix",
      "draw record crowd / move to {day} / return after {years}",
      "go to photo finish / end in dead heat / start late after goose invasion / see {some} crashes at first bend",
    ),
  ],
  events: items("penalty shootout / stoppage-time winner / cup replay / home derby / training camp / half-time row"),
  troubles: items("late red card / injury crisis / transfer saga / rain delay / doping inquiry / home defeat"),
  sources: items("coaches / fans / pundits / teammates / selectors / team doctors"),
  quotes: items(`We lost but the bus was lovely / I saw the goal and closed my eyes / The ball is round, we checked
    They wanted it more, and got it / I only trained for the first half / Nobody told me it was the final`),
};

export const culture: Topic = {
  actors: [
    one(
      "{place} museum / national gallery / {place} gallery",
      `return stolen mask to {country} / buy lost portrait for {dozens} million / open wing devoted to spoons
      show {dozens} forgotten women painters`,
      "hang painting upside down for {years} / insure empty frame / find masterpiece in own basement",
    ),
    one(
      "novelist {person} / poet {person}",
      "publish first novel in {years} / return prize in protest / finish trilogy in {some} volumes / read all night in {place}",
      "win {country} book prize / burn last chapter, then *rewrite it / dedicate novel to landlord",
    ),
    one(
      "{place} theatre / national theatre / {place} opera house",
      "stage {some}-hour play with one chair / revive lost comedy after {years} / perform opera in a car park / close for {some} months",
      "cancel opening night as soprano walks out / sell out in {some} minutes / cast understudy's understudy",
    ),
    one(
      "director {person} / conductor {person} / pianist {person}",
      "premiere {some}-minute work / record {dozens} folk songs / sue critic over adjective / tour {country} by canal",
      "win best film for silent western / walk off stage mid symphony / shoot whole film in a lift",
    ),
    many(
      "critics / festival judges / readers",
      "give top prize to debut film / boycott remake of silent classic / choose novel of the year",
      `praise film they slept through / walk out of {some}-hour ballet / split over remake of silent classic
      fall for novel about a lighthouse`,
    ),
    one(
      "lost manuscript / stolen cello / unknown portrait / missing film reel",
      "fetch {dozens} million at auction / go on show in {place} / return home after {years}",
      "turn up in {place} attic / prove to be a copy / baffle experts in {country} / spend {years} in school canteen",
    ),
    one(
      "film about beekeepers / musical about taxes / debut album by {person} / ballet about snow",
      "open in {place} / tour {country} / run for {years}",
      "top charts in {country} / win {some} awards / open to empty seats / move critics to tears",
    ),
  ],
  events: items(
    "opening night / film festival / spring auction / ten-minute ovation / prize ceremony / long restoration",
  ),
  troubles: items("forgery scandal / festival row / bad reviews / censorship row / gallery theft / plagiarism claim"),
  sources: items("curators / publishers / actors / dancers / booksellers / music teachers"),
  quotes: items(`The silence was my idea / I write only on trains / Every frame is a small lie / The cello forgave me
    Nobody understands the third act / The book wrote itself, then left`),
};

export const weather: Topic = {
  actors: [
    one(
      "storm {storm}",
      "batter {place} coast / close {some} ports / bring a month of rain in a day / weaken over {country}",
      `cut power to {dozens},000 homes / strand ferry off {place} / tear roof off {place} station
      blow garden shed into next county`,
    ),
    one(
      "fog / thick fog / freezing fog",
      "ground flights at {place} airport / delay ferries / linger until {day}",
      "hide {place} for {some} days / cause {dozens}-car pile-up near {place} / lift at last, *reveal nothing new",
    ),
    one(
      "heatwave / record heat / drought",
      "empty reservoirs / break {years} of records / force hosepipe ban in {place} / ripen grapes in {country}",
      "buckle rails near {place} / melt road in {place} / send cows into the sea",
    ),
    one(
      "snow / late snow / heavy snow",
      "block {some} mountain passes / close schools in {place} / cut off {some} villages / fall as far south as {place}",
      "cover {country} in {season} / bring trains to a halt, as forecast / delight children and plumbers",
    ),
    one(
      "river at {place} / flood water / river Quill",
      "reach highest level in {years} / fall slowly after {some} days / peak on {day}",
      "burst its banks / swamp {dozens} homes / carry piano {some} miles / spare old mill again",
    ),
    many(
      "forecasters / weather office staff / meteorologists",
      "issue red alert for {place} / rename storm {storm} / name the next storm after a cat",
      `promise dry weekend, with regret / expect frost by {day} / apologise for sunny {day}
      predict wettest month in {years} / expect a(n) {mood} {season}`,
    ),
    many(
      "hailstones / gales / thunderstorms / high tides",
      "close {place} bridge / reach {place} by {day} / return for {some} days",
      "damage {dozens} cars in {place} / flatten wheat in {country} / flatten {some} circus tents / wake whole of {place}",
    ),
    one(
      "{place} / {country}",
      "brace for storm {storm} / see sun for first time in {dozens} days / ban hosepipes for {some} weeks",
      `record coldest night in {years} / bask in warmest winter in {years} / wake to frost in June / go {some} weeks without rain
      enjoy a(n) {mood} {season}`,
    ),
  ],
  events: items(
    "wettest week in {years} / dry {season} / overnight frost / night of gales / sudden thaw / spring tide",
  ),
  troubles: items("flood warnings / false forecast / red alert / long drought / power cuts / record rainfall"),
  sources: items("climate experts / farmers / coastguards / river wardens / sailors / weather watchers"),
  quotes: items(`It came in sideways and stayed / We have sandbags and we have hope / The umbrella lasted one minute
    Even the ducks left / There is no bad weather, only this / I have never seen a shed do that`),
};
