// Worlds of the land: the winter orchard, the garden, maps and roads, music and dancing.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const orchard: World = {
  things: [
    many(
      "the apple trees",
      "old hands / women with bad backs / a crooked choir",
      `hold out their empty arms / lean on the wind to rest / dream in red
      keep one apple for the thrush / bow under the weight of snow / wear the frost like blossom`,
    ),
    one(
      "the last apple",
      "a small red lantern / a heart that will not listen / the year's stubborn child",
      `hang on past reason / light its end of the branch / feed one wasp
      fall when no one ~be counting`,
    ),
    one(
      "the ladder",
      "a road that gave up",
      `lean on a tree that ~be gone / climb into plain air / wait in the wet grass
      hold up a corner of the sky`,
    ),
    one(
      "the winter",
      "a long sentence / an uncle with no stories / the year with its teeth out",
      `walk between the rows / put its ear to the ground / sit down in my father's chair
      sharpen its knife on the gate / sleep with its boots on`,
    ),
    many(
      "the bees",
      "one gold thought / a brown hum in a box",
      `hold the summer in a fist / turn the clover into light / tell the queen about the rain
      sleep in a ball of song / know each blossom by its first name`,
    ),
    one(
      "the beekeeper",
      "a ghost with a smoking can / a bride of the hive",
      `tell the bees of the death / move like a man under water / wear her veil to the far hive
      give the first comb away`,
    ),
    one(
      "the scarecrow",
      "a poor man's christ / my father's coat on a stick",
      `hold out both arms to the crows / wear a dead man's hat
      lose a little straw each night`,
    ),
  ],
  deeds:
    items(`prune the old trees / pick up the windfalls / tell the bees / stack the ladders / bury the dog under the pear tree
    press the cider / burn the fallen leaves / wrap the young trunks in straw / leave one apple for the thrush
    walk the rows at dusk / mend the gate`),
  places: items("between the rows / under the pear tree / behind the hives / at the orchard gate / in the wet grass"),
  goods: items(`windfalls / a jar of honey / cider / the smoke of leaves / a bent nail / wasps in the sweetness
    the ladder's shadow / straw / a pruning knife / the smell of apples`),
  truths: items(`the root knows before the leaf / nothing ripens out of pity / every orchard is a slow argument
    the frost is a fair judge / bees have no sunday / bare is not dead / sweetness is mostly waiting`),
};

export const garden: World = {
  things: [
    many(
      "the roses",
      "red handwriting / wounds with good manners / old actresses",
      `open like slow applause / outlive the hand that planted them / climb to the bedroom window
      forgive the knife / drop a red page on the path`,
    ),
    one(
      "the gardener",
      "a bent question / a hat among the beans",
      `talk to the beans in a low voice / kneel before the lettuce / turn the earth like a page
      plant what he will never see / hang his hat on the spade`,
    ),
    one(
      "the snail",
      "a small grey church / a traveller with no luggage lost",
      `sign the path in silver / carry the whole house to supper / arrive at the leaf in time
      close its one door`,
    ),
    one(
      "the well",
      "an eye in the ground / a round piece of night",
      `keep a coin of sky / answer in my own voice / drink the bucket's shadow
      stay cold out of principle`,
    ),
    one(
      "the ivy",
      "a green rumour / a patient thief",
      `read the wall with its fingers / pull the church down by inches / knock at the upper window
      cover the names of the dead`,
    ),
    one(
      "the spring",
      "a rumour with mud on it / a girl running late",
      `come up through the cracks / lend the hedge its green coat / break the pot from inside
      wake the beds one by one / put a leaf in the mouth of winter`,
    ),
  ],
  deeds:
    items(`plant the beans / water the roses / dig until it is dark / pull up the nettles / leave the gate open / turn the earth
    cut the lilac for the table / bury the seed and *wait / kneel in the mud / let the garden go
    forgive the weeds / listen to things grow`),
  places: items("by the well / along the garden wall / among the beans / beneath the lilac / at the foot of the hedge"),
  goods:
    items(`a packet of seeds / lilac / rain in a bucket / a spade / green tomatoes / a bee in a bell flower / black earth
    a row of beans / thyme between the stones / the gardener's hat / one stubborn rose`),
  truths:
    items(`a seed is a small argument / weeds are only early / the worm is the true owner / green is a kind of courage
    the rose owes us nothing / roots keep no diary / what we bury comes up`),
};

export const roads: World = {
  things: [
    one(
      "the map",
      "a folded promise / a lie with rivers / a face with too many lines",
      `leave out the village and the grief / tear along the border / fold in the wrong place
      turn blue where we +drown / mark a well that ~be dry / promise a road and *give us mud`,
    ),
    one(
      "the road",
      "a long habit / a ribbon nobody tied / the oldest story here",
      `go on without a reason / forget the feet that +make it / climb the hill and *look back
      end at a gate in the rain / pay us in dust`,
    ),
    one(
      "the compass",
      "a nervous finger / a small trembling faith",
      `tremble and *point home / believe in one thing / swing round when you +pass
      shake its head at the south`,
    ),
    one(
      "the border",
      "a line drawn by tired men / a river of paper / a rumour with guards",
      `move a little every winter / run through the middle of the bed
      sleep behind its red and white pole / ask the birds for papers`,
    ),
    many(
      "the travellers",
      "dust with names / shoes looking for a door",
      `ask for water and bad directions / carry the keys of burnt houses / sleep in the shade of the cart
      praise a town they +leave / tell tall stories about the mountains`,
    ),
    one(
      "the horse",
      "a warm wall / a brown river with ears",
      `know the way without us / stand in the rain and *think / lower its long face to my hand
      refuse the bridge / breathe on the frost`,
    ),
    one(
      "the signpost",
      "a man with too many arms / the crossroads' bad liar",
      `point four ways and *stay / lose its names to the rain / lean toward the inn
      give the distance to nowhere`,
    ),
  ],
  deeds:
    items(`follow the dry river / draw a coast from memory / ask the way of a stranger / sleep beside the road / unfold the map
    cross the border at night / take the wrong fork / saddle the grey horse / carry a stone from home / name the mountain
    walk until the names run out / burn the map for warmth / turn back at the gate / forget to write home`),
  places: items("at the crossroads / beyond the map / over the pass / on the road north / across the border"),
  goods: items(`a folded map / dust / a walking stick / the keys of a burnt house / a stone from home / one good horse
    a blister / water for two days / the wrong road / a name for the mountain / a gate in the rain`),
  truths:
    items(`no map shows the mud / the shortest way is through / every road is somebody's grief / north is only a habit
    the border was drawn by tired men / home is the last lie / distance is a kind of weather`),
};

export const music: World = {
  things: [
    one(
      "the piano",
      "a black horse with teeth / a shut mouth / a harbour of hammers",
      `keep a waltz in its wood / miss the hands that +know it / grow yellow in the dark
      hold a low note for the dead / swell with the rain and *go flat`,
    ),
    one(
      "the violin",
      "a small brown boat / an argument in the throat",
      `complain in a good accent / lean on her shoulder and *weep / remember that it was a tree
      climb to the edge of bearing`,
    ),
    one(
      "the song",
      "a borrowed coat / a boat for one voice / a bird with no branch",
      `know more than the singer / cross the border without papers / end where it ~begin
      lose a verse in every town / come through the wall at night / outlast the house`,
    ),
    many(
      "the dancers",
      "a field of wheat",
      `turn until the room ~be water / let go on the wrong beat / burn the evening at both ends
      count under their breath / wear the floor thin with joy`,
    ),
    one(
      "the silence",
      "a well with no bottom / the other half of the tune / a snow without a field",
      `come in and *take a chair / hold the last note a little longer / grow between the two of us
      know the tune / keep better time than we +do`,
    ),
    one(
      "the drummer",
      "a storm in a good shirt / a heart with sticks",
      `hurry like a man in love / talk with his hands to the dark / chase the slow ones home
      keep the rain in step`,
    ),
    one(
      "the gramophone",
      "a brass flower / a ghost's ear",
      `sing in a dead man's voice / grow slow in the middle of a kiss
      turn the night on a needle`,
    ),
  ],
  deeds: items(`hum the old tune / tune the violin / sing to the empty hall / dance in bare feet / learn the left hand
    lose the beat / play it again more slowly / turn the page for her / sing the low part / break a string
    listen through the wall / forget the second verse / keep time with one foot / applaud in the wrong place`),
  places: items(
    "in the empty hall / behind the curtain / on the wooden stage / between two notes / at the back of the choir",
  ),
  goods:
    items(`a broken string / one low note / a bow / sheet music in the rain / the second verse / a pair of dancing shoes
    applause / a whistle / the hush before it / a brass band far off / an old waltz`),
  truths: items(`the song was here before us / rests are also music / joy keeps bad time / no one owns a tune
    the wrong note was the best / every dance is a small goodbye / the wood remembers the tree`),
};
