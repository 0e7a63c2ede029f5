// Worlds indoors: the kitchen, the old house, letters, clocks.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const kitchen: World = {
  things: [
    one(
      "the kettle",
      "a small choir / a fat black bird / the house's only preacher",
      `sing before anyone ~be ready / clear its throat at six / mist the window with good news
      lose its temper and *be forgiven / call us down from our dreams`,
    ),
    one(
      "the table",
      "a raft / a brown horse with a cloth / the field we all worked",
      `remember every elbow / keep a place for the absent / stand on its four good legs
      hold the bread and the silence / wear the ring of a lost cup`,
    ),
    one(
      "the bread",
      "a warm stone / a loaf of sleep",
      `rise under its white cloth / fill the stairs with its warm word / crack a little as it cools
      wait to be broken`,
    ),
    many(
      "the knives",
      "thin fish / cold sisters",
      `sleep in the drawer like fish / keep their bright opinions / agree with the onions
      know the shape of the loaf`,
    ),
    one(
      "the cat",
      "a warm comma / a landlord in fur",
      `own the one patch of sun / pour itself off the shelf / read the fire with shut eyes
      bring us a small grey gift / leave the room to make a point`,
    ),
    many(
      "the cups",
      "white questions / small moons on hooks",
      `hang in a row like patient ears / wait upside down for company / chatter when the train ~pass
      keep a brown moon at the bottom`,
    ),
    one(
      "the radio",
      "a box of far weather / a stranger who stays for supper",
      `talk to the empty chairs / read the names of the dead / find a waltz between two wars
      hum under the news`,
    ),
  ],
  deeds: items(`peel the apples in one long ribbon / set a place for the dead / knead the bread / burn the toast
    lay out the good plates / leave the soup on low / dry the cups one by one / salt the water
    sharpen the knives / pour the tea / stir the pot and *hum / eat standing up / save the string`),
  places: items("in the kitchen / in the warm kitchen / beside the stove / at the long table / in the smell of bread"),
  goods: items(`cold tea / a heel of bread / an apple peel / plum jam / the good plates / burnt toast / a jar of buttons
    a wooden spoon / black pepper / a string of onions / steam on the glass / two chairs / soup for one`),
  truths: items(`love is mostly dishes / there is always another cup / hunger has good ears / the bread does not judge
    salt remembers the sea / every recipe is a letter / someone must light the stove`),
};

export const house: World = {
  things: [
    one(
      "the old house",
      "a ship that never sailed / a coat with too many buttons / a throat full of stairs",
      `creak in its bones / keep our heights on the door / listen through its thin walls
      lean into the hill / remember us room by room / let the rain in`,
    ),
    many(
      "the stairs",
      "a wooden scale / thirteen small complaints",
      `know us by our weight / creak for the dead as well / climb into the dark without us
      turn where my grandfather fell`,
    ),
    one(
      "the mirror",
      "a cold lake on a nail / a window with one view",
      `let every face go / give my mother's face back / see the room turned round
      hold its tongue / grow old in our place`,
    ),
    one(
      "the attic",
      "the house's memory / a trunk with a roof",
      `keep a wedding under its dust / hold the heat of lost summers / smell of apples and moths
      hide the rocking horse`,
    ),
    one(
      "memory",
      "a drawer that sticks / a bad witness / a room with the furniture moved",
      `rearrange the furniture / leave out the smell of the rain / paint the old door blue
      lose the faces and *keep the coats / arrive without being asked`,
    ),
    many(
      "the ghosts",
      "polite lodgers / draughts with names",
      `use the back stairs now / ask for so little / warm their hands on the lamp
      forget which of us ~be dead`,
    ),
    one(
      "the door",
      "a plank with a memory / the thinnest wall in the house",
      `swell with the autumn rain / open for the wind alone / keep the mark of the axe
      let the light in by its foot`,
    ),
  ],
  deeds:
    items(`sweep the empty rooms / paint the door blue / climb to the attic / open the piano / turn the mirror to the wall
    sleep in the wrong bed / call up the stairs / wind a scarf around the past / cover the chairs with sheets
    measure the children on the door / find a ring in the dust / leave the door unlocked / keep the coats of the dead`),
  places: items(
    "in the shut house / under the old roof / along the hall / in the last warm room / where we used to live",
  ),
  goods:
    items(`a box of photographs / the key to the cellar / dust / one child's shoe / a wedding dress / a cracked mirror
    a drawer of string / the smell of camphor / a locked piano / a name cut in the door / old wallpaper`),
  truths:
    items(`every house outlives its guests / dust is patient / a door is only a polite wall / the past has bad knees
    nobody dies in the good room / the dead are easy company / nothing stays where we put it`),
};

export const letters: World = {
  things: [
    one(
      "the letter",
      "a small white house / a bird with a folded wing / a voice in an envelope",
      `arrive after its writer / talk about the weather instead / lie on the stairs like a leaf
      stop in the middle of a line / smell of smoke and oranges / come to the wrong house`,
    ),
    one(
      "the postman",
      "the street's slow weather",
      `bring only bills and sparrows / whistle past the empty box / know my name and not my face
      carry the sorrow of the whole street / lean his bicycle on the hedge`,
    ),
    many(
      "the words",
      "small dark seeds / ants on a white road / birds on a wire",
      `walk off the page at night / mean more than they +say / huddle together for warmth
      refuse to stand in a row / come back with mud on their shoes`,
    ),
    one(
      "the ink",
      "a small black lake / the night in a bottle",
      `dry faster than my courage / run where the page is wet
      freeze in the well`,
    ),
    one(
      "the empty page",
      "a field before the plough / a bed nobody slept in / winter without a fox",
      `look back at me / ask to be left alone / wait like a field for the crow
      grow wider every hour`,
    ),
    one(
      "your handwriting",
      "a flock turning / a hedge in winter",
      `lean into the wind / climb the edge of the page / cross the sea to me
      grow small when you lie`,
    ),
  ],
  deeds:
    items(`write it all down / burn the letter / sign with a false name / read it under the stairs / post it without a stamp
    keep the envelope / answer in pencil / cross out the word love / fold the page in four
    learn the poem by heart / wait for the postman / begin again with the weather`),
  places: items("between the lines / at the writing desk / in another country / by the last post / in the margin"),
  goods: items(`a blue envelope / a foreign stamp / a pressed flower / three torn pages / a false name
    a drawer of letters / a blunt pencil / one good sentence / a photograph of rain / the last word`),
  truths:
    items(`no letter says it / paper is more patient than people / the truth is in the margin / silence also has a grammar
    every word has been used before / some letters are only doors / ink cannot blush`),
};

export const clocks: World = {
  things: [
    one(
      "the clock",
      "a small machine for sorrow / a beetle in the wall / a mill that grinds us fine",
      `chew the silence into pieces / say the same two words / strike thirteen for luck
      limp a little after noon / hold its hands before its face / run down while we +talk`,
    ),
    one(
      "time",
      "a river with no fish / a moth in the wool / a guest who eats standing up",
      `wear soft shoes / take the good spoons / heal what it ~want to
      pass without a nod / keep the change`,
    ),
    one(
      "the watchmaker",
      "an eye with a man behind it / a surgeon of small hours",
      `bend over one small heart / breathe on the wheels / drop an hour on the floor
      know that all of them +lie / close at a different time each day`,
    ),
    many(
      "the hours",
      "beads without a string / cold fish",
      `walk by in a grey line / forget to knock / fill the bowl drop by drop
      lean on one another / go home without us`,
    ),
    one(
      "yesterday",
      "a coat on a hook / a house across the water",
      `leave its hat on the chair / sit up and *ask for water / refuse to be folded
      owe me an answer`,
    ),
    one(
      "the calendar",
      "a wall of small white doors / a ladder with no top",
      `lose its leaves all winter / circle one day in red / hang by a single nail
      know the whole year by heart`,
    ),
  ],
  deeds: items(`wind the clock / waste the whole morning / set the watch by the sun / count to a hundred
    turn back the hands / cross off the days / wait for the hour to strike / lose an hour in the snow / come too late
    arrive a day early / sell tomorrow for a song / live by the old calendar`),
  places: items(
    "at the end of the day / between two hours / in the watchmaker's window / on the eve of nothing / in the long afternoon",
  ),
  goods: items(`an hour of sun / a stopped watch / tomorrow / a minute of rain / the small hours / a bent brass key
    one more morning / a year of sundays / lost time / the tick of the wall / a cuckoo with no voice`),
  truths: items(`it is later than we know / noon has no shadow to spare / nobody is early twice / the hour has no heart
    tomorrow is only a rumour / now is the smallest room / the past is never far`),
};
