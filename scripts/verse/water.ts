// Worlds of water: the sea, the river, and the harbour town between them.

import { items } from "../grammar.ts";
import { many, one, type World } from "./world.ts";

export const sea: World = {
  things: [
    one(
      "the tide",
      "a slow reader / the long arm of the moon / a door that swings both ways",
      `come back for what it ~leave / turn the same page again / carry the shore away by the spoonful
      wash every name from the sand / keep every promise but ours / go out without a word`,
    ),
    one(
      "the lighthouse",
      "a candle for strangers / one white word / a patient uncle",
      `look through the dark for a lost boat / say one word to the sea / count the rocks again
      stay awake for everyone / turn its head and *look away / lay a white road on the water`,
    ),
    many(
      "the gulls",
      "small kings of the pier / torn letters / the harbour's gossip",
      `argue over the last of the bread / hang on the wind like laundry / cry like doors
      follow the boats home / know every roof by name / carry the morning in their beaks`,
    ),
    one(
      "the sea",
      "an old argument / a field no one can plough / the only clock here",
      `keep its dead in good order / breathe in its sleep / give back one shoe
      speak with its mouth full of stones / forget every ship it ~carry / wear the sky like a borrowed coat`,
    ),
    one(
      "the fog",
      "a wall of wool / the sea's grey coat / an unsigned letter",
      `take the islands one by one / walk up from the beach / put its hand over the town
      hide the boats from their names / lean on the windows / swallow the bell whole`,
    ),
    many(
      "the boats",
      "empty shoes / a row of quiet horses / questions with sails",
      `pull at their ropes all together / come home lower in the water / wait for a kinder wind
      nod to one another / sleep on their shadows / leave before the birds`,
    ),
    one(
      "the salt wind",
      "an old sailor's song / a thief with cold hands",
      `bend the pines toward home / find the hole in every coat
      taste of far countries / rattle the shutters / bring rain from the islands`,
    ),
    one(
      "the drowned bell",
      "a mouth full of sand / the parish of the fish",
      `ring for the fish alone / call the fish to church / answer the storm
      tell the hours to the sand / wake the oldest sailors`,
    ),
  ],
  deeds: items(`mend the nets / count the boats / write a name in the sand / listen to the shells
    wait on the shingle / walk out on the frozen pier / gather driftwood / row toward the lamp / sell the old boat
    learn the names of the winds / pray for a flat sea / drink tea in the wheelhouse / tie the rope twice
    carry the lantern down to the water / throw the ring into the waves / forget the land`),
  places: items(
    "along the coast / past the last buoy / beyond the harbour wall / down on the shingle / out past the islands",
  ),
  goods: items(`salt / a coil of wet rope / driftwood / a blue bottle / the smell of tar / one white sail
    the sound of oars / a pocket of shells / a map of the wrecks / sand in the bed / a widow's lamp / three herring`),
  truths: items(`the tide is patient / salt is slow to forgive / the sea owes us nothing / no wave is ever late
    every harbour is a kind of promise / the horizon keeps its distance / water has no memory / all ships are borrowed`),
};

export const river: World = {
  things: [
    one(
      "the river",
      "a road that never arrives / the town's long memory / a brown horse without a rider",
      `carry the bridge lights away / know the town from below / forget its own beginning
      take the shortest way to the dark / keep the coins we +throw / talk to the stones in its sleep`,
    ),
    one(
      "the bridge",
      "a held breath / a stone that learned to leap / a sentence with no verb",
      `stand with its feet in the cold / carry us over without a word
      watch its own back in the water / hum under the carts`,
    ),
    one(
      "the heron",
      "a grey priest / a question mark / an umbrella left in the reeds",
      `stand still until it ~be a reed / read the shallow water / fold itself into the mist
      wait longer than hunger / lift like a slow thought`,
    ),
    many(
      "the willows",
      "women washing their hair / green rain / old aunts at a funeral",
      `let down their hair / write on the water with one finger / bow to the flood
      remember the drowned boy / comb the current`,
    ),
    one(
      "the ferryman",
      "a man of few words / the river's oldest stone / half asleep and never lost",
      `know the depth by the sound / let the young cross for a song / row with his eyes shut
      whistle to keep off the dark / wait on the wrong bank`,
    ),
    one(
      "the flood",
      "an uninvited guest / a brown bull in the kitchen",
      `climb the stairs in the dark / open every door but one / leave a line on the wall
      carry a cradle down the road / move the graves around`,
    ),
    one(
      "the mill",
      "a mouth without teeth / a wooden heart / the last house on the water",
      `grind the same grey hour / turn over in its sleep
      drink the river by the spoonful`,
    ),
  ],
  deeds: items(`skip flat stones / cross the bridge by moonlight / wash the sheets in the river / follow the water down
    fish without a hook / build a raft out of doors / throw a coin from the bridge / sleep to the sound of the weir
    drink from cupped hands / wade out to the island / ask the ferryman his name / burn the old letters on the bank`),
  places: items("down by the water / where the river bends / on the far bank / below the weir / among the reeds"),
  goods: items(`a flat stone / the sound of the weir / green shade / a boat with no oars / mud on the boots
    a handful of coins / the smell of wet leaves / a drowned bicycle / one grey feather / the name of the ferry`),
  truths: items(`the river has no hands / no water waits / every bridge has two minds / the current keeps its counsel
    still water lies / the sea is only a rumour / the shallows tell everything`),
};
