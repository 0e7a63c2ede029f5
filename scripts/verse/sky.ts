// Worlds of the upper air: night, birds, snow.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const night: World = {
  things: [
    one(
      "the moon",
      "a coin the night cannot spend / a plate set for the absent / the oldest lamp in the street",
      `look for its shoes in the well / lend its light to thieves / climb the ladder of the pines
      follow us like a stray / pour milk on the slates / keep one face to itself`,
    ),
    many(
      "the stars",
      "nail holes in the dark / slow letters from the dead / the crumbs of some great supper",
      `arrive too late to help / burn on without being asked / keep their old appointments
      fall when nobody ~look / spell the same cold name / lean close to the roofs`,
    ),
    one(
      "the dark",
      "a coat we all wear / an animal with soft feet / the day's other hand",
      `come in on muddy feet / learn the stairs by heart / put out the garden first
      hold the house in one hand / wait behind every lamp / fit the room like a glove`,
    ),
    one(
      "the owl",
      "a question with wings / a judge in soft shoes",
      `ask the same question twice / turn its head and *wait / own the barn by night
      wear the moon on each shoulder / cross the lane without a sound`,
    ),
    one(
      "sleep",
      "a small country without police / a boat with no oars / a brother of the snow",
      `forget to call at this house / take the children first / lead us down to the water
      leave by the back door / count us twice`,
    ),
    many(
      "the dogs",
      "the night's loose nails",
      `bark at the edge of the world / hear a step that ~be not there / pass the news from farm to farm
      run in their dreams / howl for the moon to come down`,
    ),
    one(
      "the lamp",
      "a small sun with manners / an island of butter",
      `keep a yellow room in the dark / teach the moths to fall / burn for the one who ~be late
      draw a circle and *stay inside / drink the last of the oil`,
    ),
  ],
  deeds: items(`lie awake / count the stars / leave a lamp in the window / walk home by starlight / close the shutters
    listen for the owl / dream of the same white house / talk in the dark / put out the light / name the planets
    sleep with the window open / wish on the wrong star / walk the dog past the graveyard / forget the dream`),
  places: items(
    "under the stars / on the dark side of the hill / at the edge of the lamplight / beyond the last house / in the dead of night",
  ),
  goods: items(`a jar of moths / the blue hour / a box of matches / an open window / a dream of the white house
    a candle end / starlight / the sound of snow / the far bark of a dog / a warm bed / the key to the attic`),
  truths: items(`the dark is only late / sleep is never on time / the moon is nobody's / night forgives the ugly roofs
    even the stars are history / no lamp is small / morning will want an answer / dreams have no manners`),
};

export const birds: World = {
  things: [
    many(
      "the swallows",
      "black scissors / small signatures",
      `sew the barn to the sky / leave without paying / come back to the same beam
      write their names too fast to read / drink on the wing / gather on the wires like notes`,
    ),
    many(
      "the geese",
      "a slow arrow / one long grey sentence",
      `drag the autumn over the house / argue about the way south / cross the moon in single file
      pull the sky shut behind them / call down to the tame ones`,
    ),
    one(
      "the blackbird",
      "an ink spot with a flute / the first to forgive the winter",
      `sing from the wet chimney / own the lawn until noon
      begin before the light / stop in the middle of a word`,
    ),
    many(
      "the crows",
      "burnt pages / priests in a field / the winter's punctuation",
      `walk behind the plough / know who ~owe what
      keep the scarecrow company / carry off the evening in pieces`,
    ),
    one(
      "the wren",
      "a thimble of thunder / a brown leaf with a temper",
      `sing from the bottom of the hedge / build in the pocket of a coat / weigh less than its song
      mind the smallest door in the wall`,
    ),
    one(
      "the caged finch",
      "a clock of feathers / a small red coal",
      `sing to its own mirror / remember a taller sky / scatter seed on the floor
      look past the open door / go quiet when the hawk ~pass`,
    ),
    many(
      "the starlings",
      "smoke with a will / handwriting on the evening",
      `pour themselves over the town / turn all at once / answer like the telephone
      settle on the reeds like rumour / fold the whole sky like a sheet`,
    ),
  ],
  deeds:
    items(`feed the sparrows / hold out a hand of seed / open the cage / learn the blackbird's song / follow the geese south
    find a blue egg / hang up the feeder / whistle back / lie still and *listen / count the feathers / leave crumbs on the sill
    build a nest of old string`),
  places: items(
    "over the stubble / at the edge of the wood / in the clear cold air / beyond the barn / at first light",
  ),
  goods:
    items(`one blue egg / a nest of horsehair / bread for the sparrows / a feather / a hedge full of song / the open cage
    a sky without wires / seed on the sill / the cuckoo's two notes / a bone flute`),
  truths:
    items(`no bird explains itself / the sky has no corners / a song is not a promise / feathers are a kind of faith
    the cat is patient / every nest is a guess / the south is still there`),
};

export const snow: World = {
  things: [
    one(
      "the snow",
      "a white lie / the sky's lost paperwork",
      `fall as if it ~know the way / forgive the road its holes / cover the road without a sound
      write the fox's diary / make every roof equal / arrive in the night like a relative`,
    ),
    one(
      "the mountain",
      "a shut door / a deaf old man / weather with a name",
      `keep its back to the village / wear the same white shirt / lend us its shadow
      wait for us to stop climbing / give us back one stone`,
    ),
    one(
      "the fox",
      "a flame with somewhere to go / a red thread in the white",
      `cross the field like a lit match / sign the snow and *go / know where the hens sleep
      listen with one foot up`,
    ),
    one(
      "the frost",
      "a careful engraver / the night's handwriting / a thin white thief",
      `draw ferns on the glass / keep the key to the well / crack the old stone trough
      count every blade of grass`,
    ),
    one(
      "the frozen lake",
      "a held note / the valley's blind eye",
      `creak in the night like a ship / hold a leaf up to the light / carry the skaters on its back
      dream of oars / keep the fish in a glass room`,
    ),
    many(
      "the pines",
      "dark uncles / a choir with no hymn",
      `drop their white loads one by one / stand to the waist in winter / hold their breath
      speak in the voice of the sea`,
    ),
  ],
  deeds: items(`light the stove / follow the tracks / shovel the path / skate to the far shore
    wait for the thaw / warm both hands on the cup / sleep under three blankets / carry the lamb in / break the ice on the trough
    draw a face on the frosted glass / lose the path`),
  places: items("in the white field / up at the hut / on the frozen lake / under the snow line / along the ridge"),
  goods: items(`dry wood / a pair of red gloves / the tracks of a fox / wool socks / the blue of the ice / a sled
    a black kettle / bread and hard cheese / the creak of the snow / a bell from the lost flock`),
  truths: items(`snow keeps no secrets / the thaw will name names / cold is a strict teacher / white is not innocence
    the wood is never dry enough / winter has no opinion / silence has weight`),
};
