// Worlds of the town: streets in the rain, trains, markets, school.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const city: World = {
  things: [
    one(
      "the rain",
      "a thousand small hands / somebody typing upstairs / the sky's long complaint",
      `rewrite the street in silver / ask after the gutters / drum on the parked cars
      rinse the day off the windows / read every poster to the end / fall on the lovers and the police alike`,
    ),
    many(
      "the streetlights",
      "tall women with lowered eyes / a string of small moons",
      `come on one by one like an apology / lean over the puddles / hum to themselves
      hold up the night with one arm / wait up for the late trams`,
    ),
    one(
      "the city",
      "a machine for being alone / a letter with too many stamps / ten thousand lit aquariums",
      `sell its shadows by the hour / turn in its sleep and *cough / eat the stars and *stay hungry
      keep the lights on out of habit / forget whom it ~kiss / wear its rain like jewels`,
    ),
    one(
      "the last bus",
      "a lit room going nowhere / an aquarium of tired coats",
      `sigh at every stop / carry four strangers and an umbrella / kneel for the old woman
      take its yellow windows home / pass the same dog twice`,
    ),
    many(
      "the windows",
      "the pages of a cheap novel / a thousand small theatres",
      `keep their yellow secrets / go out floor by floor / borrow the sunset and *give it back
      watch the fire escape rust / show us ourselves with coats on`,
    ),
    one(
      "the man upstairs",
      "a pair of shoes in the ceiling / a cough with an address",
      `walk his worry up and down / play the same sad record / drop one shoe and *think better of it
      water his plants and our ceiling / argue with the radio`,
    ),
    many(
      "the pigeons",
      "grey clerks / the bishops of the bus stop",
      `hold a meeting on the statue / walk like men with no pockets / live on crumbs and ceremony
      applaud and *fly off`,
    ),
    one(
      "the alley",
      "the city's back pocket",
      `keep a cat and a broken piano / collect the wind in one corner / smell of onions and rain
      know a shorter way home`,
    ),
  ],
  deeds:
    items(`miss the last bus / share an umbrella / cross against the light / wait under the awning / ring the wrong bell
    carry the groceries up five floors / follow the music down the street / walk home in wet shoes / count the lit windows
    sit in the all night cafe / give the change to the busker / lose a glove on the tram / talk to the pigeons all day`),
  places: items(
    "at the edge of the city / down the wet street / in the city of umbrellas / by the light of the signs / after the theatres close",
  ),
  goods: items(`a broken umbrella / the smell of hot tar / neon in a puddle / a key to the wrong door / cold noodles
    a saxophone two floors down / wet newspaper / an unpaid bill / yesterday's rain / a wrong number / bus fare`),
  truths:
    items(`the rain takes no side / everyone is late for something / nobody owns the view / rent is due in every language
    the crowd has no face / loneliness is well lit / the sirens are for someone else`),
};

export const rails: World = {
  things: [
    one(
      "the night train",
      "a necklace pulled through the dark / a town that keeps leaving / one long lit sentence",
      `carry its windows through the wheat / cry out at the crossing / drag the dark behind it
      stop where there ~be no station / take the sleepers past their lives / lend the fields a little light`,
    ),
    many(
      "the rails",
      "two sisters who never touch / a pair of promises",
      `meet in the far distance / sing before the train ~come / keep the morning in two bright lines
      go on without us`,
    ),
    one(
      "the station clock",
      "a white face with bad news / the only honest man here",
      `judge us all by the minute / hold every goodbye to the minute / turn its pale face to the rain
      stop at the hour of the flood / watch us pretend to read`,
    ),
    one(
      "the conductor",
      "a priest of small holes / a man with a pocket of towns",
      `punch a hole in the afternoon / call out towns like lost children / sleep between two stations
      know us by our luggage`,
    ),
    many(
      "the suitcases",
      "small houses with handles / obedient dogs",
      `wait like dogs by the bench / hold their breath and our shirts / know more than we tell
      go round and round unclaimed`,
    ),
    one(
      "the signalman",
      "an old man with a red flag / god with a kettle",
      `drink his tea between two trains / grow beans along the line / wave at faces without a name
      hold the whole valley at red`,
    ),
    one(
      "the empty platform",
      "a stage after the play / a pier for the dark",
      `keep a glove for its owner / echo with one pair of heels / wait in the rain without a coat
      collect the leaves and the last goodbyes`,
    ),
  ],
  deeds: items(`miss the connection / wave from the platform / fall asleep against the glass / buy a one way ticket
    share the bread with a stranger / count the stations / put a penny on the rails / lower the window / lose the return ticket
    change trains in the dark / carry two suitcases / write on the fogged glass / get off one stop too soon`),
  places: items(
    "all along the line / between two stations / far from the capital / at the end of the line / in the smoke and steam",
  ),
  goods: items(`a return ticket / a window seat / one brown suitcase / the smell of coal / a stranger's shoulder
    black coffee / a whistle in the dark / the wrong timetable / a name on a board / a sandwich in wax paper`),
  truths: items(`every platform is a small grief / the timetable is a kind of prayer / all tickets are one way
    distance is mostly fields / someone is always running / the tunnel has no opinion / home is two stops back`),
};

export const market: World = {
  things: [
    one(
      "the baker",
      "a man dusted with morning / the town's first light",
      `rise before the bread / know who ~owe for last week / lean in the door with white arms
      whistle what the ovens hum / sell the day while it ~be warm`,
    ),
    one(
      "the flower seller",
      "a garden with a cough / the spring's poor cousin",
      `wrap the tulips in old news / give the bent ones to the bride / warm her hands on a paper cup
      pack up the summer at five / know a guilty man by his roses`,
    ),
    one(
      "the blind fiddler",
      "a hat with music in it / the corner's only weather",
      `tune up to the church bell / see us all by our shoes / play the war and then the wedding
      bow to the wrong side of the street`,
    ),
    many(
      "the old men",
      "a bench with hats / four winters in a row",
      `move the chess king with two fingers / bury the same friend every week / save a seat for the one who ~be dead
      argue over a war they won / feed the afternoon to the pigeons`,
    ),
    many(
      "the children",
      "small weather / bells without a church / the street's loose change",
      `run through the washing like horses / chalk a door on the wall / trade marbles for secrets
      hide so well that they +be forgotten / laugh at the wrong funeral`,
    ),
    one(
      "the church bell",
      "a bronze pear / an iron tongue",
      `drop the hour into the square / shake the doves out of the tower / speak for the dead and the fire brigade
      lag a little behind the sun`,
    ),
  ],
  deeds:
    items(`buy three lemons / haggle over a copper pan / read the palm of a stranger / sell the piano / follow the brass band
    sit in the square with the old men / give the beggar a whole loaf / taste the first cherries / learn the price of salt
    dance at the wrong wedding / carry home the bread / pay for the roses in coins`),
  places: items("in the square / behind the church / all over town / by the dry fountain / on market day"),
  goods: items(`warm bread / three lemons / a copper pan / a dozen eggs / a paper cone of cherries / honey / blue thread
    a pound of nails / the last of the plums / a red balloon / a fistful of parsley / second hand shoes`),
  truths:
    items(`bread is older than kings / everyone pays in the end / gossip travels without a horse / a coin has two minds
    hunger is never late / kindness is not for sale / the square remembers the gallows`),
};

export const school: World = {
  things: [
    one(
      "the blackboard",
      "a night with bad handwriting / a wall that forgets",
      `keep the ghost of a sum / forget the lesson by noon / hold a sky of white dust
      wait for someone to be wrong`,
    ),
    one(
      "the teacher",
      "a coat with chalk on it / a kind voice in the wrong room",
      `lose her place in the psalm / look out at the snow / read us the same poem
      know which boy ~be hungry / draw a perfect circle by hand`,
    ),
    one(
      "the boy in the last row",
      "an island / a window with a boy in it",
      `carve a boat in the desk / learn the map by its stains / answer to the wrong name
      look out at the snow / hide a frog in his cap`,
    ),
    many(
      "the swings",
      "two questions on chains",
      `go on after the girls have gone / creak like old brides / remember our shoes in the sky
      hang straight down in the rain`,
    ),
    one(
      "the long summer",
      "a bicycle without brakes / a door left open",
      `lie down in the grass beside us / leave its shirt on the fence / end on a tuesday
      smell of tar and cut hay / promise more than it ~have`,
    ),
    one(
      "childhood",
      "a house with the lights on / a country without maps / a kite with no boy",
      `lock the door and *lose the key / call from the bottom of the garden / keep our marbles and our fear
      grow smaller in the mirror / go home before us`,
    ),
  ],
  deeds:
    items(`learn the rivers by heart / ring the bell / throw chalk at the moon / fly the paper kite / climb the forbidden wall
    write the same line a hundred times / trade an apple for a secret / run home through the hay / hide in the tall grass
    spell the hard word / break the blue cup / bury the tin soldier`),
  places: items(
    "after the last bell / on the last day of term / in the lost kingdom of chalk / under the school clock / in the long afternoons",
  ),
  goods:
    items(`a tin soldier / chalk dust / a jar of tadpoles / a paper kite / scraped knees / one glass marble / a broken ruler
    the names of the kings / a stolen apple / a gold star / ink on the cuff`),
  truths: items(`the answer was never in the book / every child is an exile / the wall was lower than we knew
    grown men are only tall / nobody wins at hide and seek / fear is a good student / summers were longer then`),
};
