// Worlds of the town: streets in the rain, trains, markets, school.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const city: World = {
  things: [
    one(
      "the rain",
      "a thousand small hands / somebody typing upstairs / the sky's long complaint",
      `write on the street in silver / ask after the gutters
      wash the day from the windows / read every poster to the end`,
    ),
    many(
      "the streetlights",
      "tall women with lowered eyes / a string of small moons",
      `come on one by one / lean over the puddles / hum to themselves
      hold up the night with one arm / wait up for the late trams`,
    ),
    one(
      "the city",
      "a machine for being alone / a letter with too many stamps / ten thousand lit aquariums",
      `sell its shadow by the hour / turn in its sleep and *cough / eat the stars and *stay hungry
      keep the lights on out of habit / forget whom it ~kiss / wear its rain like jewels`,
    ),
    one(
      "the last bus",
      "a lit room going nowhere / an aquarium of tired coats",
      `wait at every corner / carry four strangers and an umbrella / kneel for the old woman
      take its yellow windows home / pass the same dog twice`,
    ),
    many(
      "the windows",
      "the pages of a cheap novel / a thousand small theatres",
      `keep their yellow secrets / go out floor by floor
      watch the fire escape rust / show us ourselves with coats on`,
    ),
    one(
      "the man upstairs",
      "a pair of shoes in the ceiling / a cough with an address",
      `walk his worry up and down / play the same old song / drop one shoe and *think better of it
      water his plants and our ceiling / argue with the radio`,
    ),
    many(
      "the pigeons",
      "grey clerks / the bishops of the bus stop",
      `walk like men with no pockets / live on crumbs and ceremony
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
    give the change to the busker / lose a glove on the tram / talk to the pigeons all day`),
  places: items(
    "at the edge of the city / down the wet street / in the city of umbrellas / by the light of the signs / after the theatres close",
  ),
  goods: items(`a broken umbrella / the smell of hot tar / a key to the wrong door
    wet newspaper / yesterday's rain / a wrong number / bus fare`),
  truths:
    items(`the rain takes no side / everyone is late for something / nobody owns the view / rent is due in every language
    the crowd has no face / loneliness is well lit`),
};

export const rails: World = {
  things: [
    one(
      "the night train",
      "a necklace pulled through the dark / a town that keeps leaving / one long lit sentence",
      `carry its windows through the wheat / sing at the crossing / drag the dark behind it
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
      `read the names of the stations / call out towns like lost children / sleep between two stations
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
      `keep a glove for its owner / wait in the rain without a coat
      collect the leaves and the last goodbyes`,
    ),
  ],
  deeds: items(`miss the connection / wave from the platform / fall asleep against the glass / buy a one way ticket
    share the bread with a stranger / count the stations / put a penny on the rails / lower the window / lose the return ticket
    change trains in the dark / carry two suitcases / write on the fogged glass`),
  places: items(
    "all along the line / between two stations / far from the capital / at the end of the line / in the smoke and steam",
  ),
  goods: items(`a return ticket / a window seat / one brown suitcase / the smell of coal / a stranger's shoulder
    black coffee / a whistle in the dark / the wrong timetable / a name on a board`),
  truths: items(`every platform is a small grief
    distance is mostly fields / someone is always running / the tunnel has no opinion / home is two stops back`),
};
