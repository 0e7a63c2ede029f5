// The shapes of a line of verse. `thing`, `deed`, `place`, `good` and `truth` come from the world a line is drawn in.

import { type Alternative, items } from "../grammar.ts";

/** Words that fit in any world. */
export const shared = {
  time: items(`at dusk / before dawn / after midnight / on sundays / in november / late in august / all night / most mornings
    in the blue hour / toward evening / once a year / in the small hours / at noon / all winter / in bad weather`),
  ago: items(`that winter / all that summer / years ago / the year it snowed / the night you left / long ago / before the war
    when we were young / in the hungry year / the day you were born`),
  kin: items(
    "my mother / my father / my sister / my grandmother / my brother / the widow / the stranger / our neighbour / the old man / the girl",
  ),
  often: items("often / gladly / slowly / easily / late / patiently"),
};

const clauses = items(`
  {time}, {thing/a.np} {thing/a.does|now}.
  {thing/a.np} {thing/a.does|now}, and no one minds.
  {thing/a.np} {thing/a.does|now}, as always.
  again {thing/a.np} {thing/a.does|now}.
  here {thing/a.np} {thing/a.does|now}.
  only {thing/a.np} {thing/a.does|now} now.
  somewhere {thing/a.np} {thing/a.does|now} without us.
  {place}, {thing/a.np} {thing/a.does|now}.
  {ago}, {thing/a.np} would {thing/a.does|base}.
  i dreamt that {thing/a.np} would {thing/a.does|base}.
  they say that {thing/a.np} {thing/a.does|now}.
  we were told that {thing/a.np} would {thing/a.does|base}.
  look, {thing/a.np} {thing/a.does|now}!
  listen: {thing/a.np} {thing/a.does|now}.
  by morning {thing/a.np} will {thing/a.does|base}.
  tomorrow {thing/a.np} will {thing/a.does|base}.
  perhaps {thing/a.np} will {thing/a.does|base}.
  {thing/a.np} must {thing/a.does|base}, they say.
  let {thing/a.np} {thing/a.does|base}; {truth}.
  if only {thing/a.np} would {thing/a.does|base}!
  how {often} {thing/a.np} {thing/a.does|now}!
  i have seen how {thing/a.np} {thing/a.does|now}.
  i watched {thing/a.np} {thing/a.does|base}.
  it is {thing/a.np} that {thing/a.does|now}, not {thing/b.np}.
`);

const denials = items(`
  {thing/a.np} will not {thing/a.does|base} again.
  {thing/a.np} will never {thing/a.does|base}.
  {thing/a.np} {thing/a|do} not {thing/a.does|base}, whatever they say.
  nobody told {thing/a.np} to {thing/a.does|base}.
  no one asked {thing/a.np} to {thing/a.does|base}.
  it is not true that {thing/a.np} {thing/a.does|now}.
  i don't believe that {thing/a.np} {thing/a.does|now}.
  {thing/a.np} {thing/a|do}n't {thing/a.does|base} any more.
  we can't make {thing/a.np} {thing/a.does|base}.
  nothing here can teach {thing/a.np} to {thing/a.does|base}.
`);

const questions = items(`
  who taught {thing/a.np} to {thing/a.does|base}?
  what if {thing/a.np} should {thing/a.does|base}?
  when did {thing/a.np} learn to {thing/a.does|base}?
  did {thing/a.np} {thing/a.does|base} while we slept?
  will {thing/a.np} {thing/a.does|base} when we are gone?
  must {thing/a.np} always {thing/a.does|base}?
  is it for us that {thing/a.np} {thing/a.does|now}?
  have you heard how {thing/a.np} {thing/a.does|now}?
  who will {deed/a|base} when {thing/a.np} {thing/a.does|now}?
  who {deed/a|past} {ago}?
  where did you {deed/a|base}?
  why did you never {deed/a|base}?
  shall we {deed/a|base}, or {deed/b|base}?
  would you {deed/a|base} to see {thing/a.np} {thing/a.does|base}?
`);

const pairs = items(`
  when {thing/a.np} {thing/a.does|now}, {thing/b.np} {thing/b.does|now}.
  {thing/a.np} {thing/a.does|now} because {thing/b.np} {thing/b.does|now}.
  {thing/a.np} {thing/a.does|now} until {thing/b.np} {thing/b.does|now}.
  though {thing/a.np} {thing/a.does|now}, {thing/b.np} {thing/b.does|now}.
  before {thing/a.np} {thing/a.does|now}, {thing/b.np} {thing/b.does|now}.
  while {thing/a.np} {thing/a.does|now}, we {deed/a|base}.
  {thing/a.np} {thing/a.does|now}; {thing/b.np} {thing/b.does|now}.
  {thing/a.np} {thing/a.does|now}: {truth}.
  {thing/a.np} {thing/a.does|now}, and {thing/b.np} {thing/b.does|now}.
  {thing/a.np} {thing/a.does|now} as if {truth}.
  if {thing/a.np} {thing/a.does|now}, {thing/b.np} will {thing/b.does|base}.
  until {thing/a.np} {thing/a.does|now}, i will {deed/a|base}.
  {thing/a.np} {thing/a.does|now}, so we {deed/a|base}.
  since {thing/a.np} {thing/a.does|now}, we {deed/a|base}.
`);

const commands = items(`
  {deed/a|base}, and {deed/b|base}.
  {deed/a|base}, or {deed/b|base}; {truth}.
  {deed/a|base} before {thing/a.np} {thing/a.does|now}.
  {deed/a|base} when {thing/a.np} {thing/a.does|now}.
  {deed/a|base}: {truth}.
  {deed/a|base}; {truth}.
  don't {deed/a|base} until {thing/a.np} {thing/a.does|now}.
  don't {deed/a|base}; {truth}.
  never {deed/a|base} {time}.
  come back and {deed/a|base}.
  dare to {deed/a|base} and ask for nothing.
  {deed/a|base}, my love, and {deed/b|base}.
  {deed/a|base}, if you can.
  {deed/a|base}, but do not {deed/b|base}.
  go and {deed/a|base}!
  let us {deed/a|base} {time}.
  tell no one that we {deed/a|past}.
`);

const people = items(`
  i {deed/a|base} {time}.
  {time}, i {deed/a|base}.
  i {deed/a|past} and watched {thing/a.np} {thing/a.does|base}.
  i {deed/a|past} and found no answer.
  for years i {deed/a|past}.
  i {deed/a|base} because {thing/a.np} {thing/a.does|now}.
  i {deed/a|base} because {truth}.
  i used to {deed/a|base} {time}.
  i would {deed/a|base} if you would {deed/b|base}.
  i came here to {deed/a|base}.
  half my life i {deed/a|past}.
  i meant to {deed/a|base}, but {truth}.
  i wanted only to {deed/a|base}.
  you {deed/a|past} and let {thing/a.np} {thing/a.does|base}.
  you said you would {deed/a|base}.
  you taught me to {deed/a|base} and to wait.
  you {deed/a|past}; i {deed/b|past}.
  if you {deed/a|base}, i will {deed/b|base}.
  we {deed/a|past} to let {thing/a.np} {thing/a.does|base}.
  we did not {deed/a|base}, nor did we weep.
  we {deed/a|base} and {deed/b|base}.
  we're here to {deed/a|base}, nothing more.
  she {deed/a|past} {ago}.
  he {deed/a|past}, though {truth}.
  he {deed/a|past} and said nothing.
  {time}, {kin} would {deed/a|base}.
  {kin} {deed/a|past} {ago}.
  {kin} taught me to {deed/a|base}.
  {kin} would {deed/a|base}, and then {deed/b|base}.
  {kin} can still {deed/a|base}.
  {place}, {kin} {deed/a|past}.
  {place}, nobody {deed/a|past}.
  someone {deed/a|past} here once.
  someone must {deed/a|base}; {truth}.
  nobody wants to {deed/a|base} any more.
  it is too late to {deed/a|base}.
  there's still time to {deed/a|base}.
  to {deed/a|base} is to {deed/b|base}.
  it is never the hour to {deed/a|base}.
  what use is it to {deed/a|base}?
`);

const likenesses = items(`
  {thing/a.np} {thing/a|were} {thing/a.is}, {ago}.
  {thing/a.np}, {thing/a.is}, {thing/a.does|now}.
  {time}, {thing/a.np} {thing/a|be} {thing/a.is}.
  {place}, {thing/a.np} {thing/a|be} {thing/a.is}.
  {thing/a.np} {thing/a|be} only {thing/a.is}.
  i mistook {thing/a.np} for {thing/a.is}.
  you called {thing/a.np} {thing/a.is}.
  i called {thing/a.np} {thing/a.is}, and was wrong.
  if {thing/a.np} {thing/a|be} {thing/a.is}, what {thing/b|be} {thing/b.np}?
  {thing/a.np} {thing/a|be} {thing/a.is}, and {truth}.
  {thing/a|be} {thing/a.np} {thing/a.is}?
  {thing/a.np}: {thing/a.is}.
  and {thing/a.np}, {thing/a.is},
  {thing/a.np} {thing/a|be} not {thing/a.is}.
  perhaps {thing/a.np} {thing/a|be} {thing/a.is}.
  they say {thing/a.np} {thing/a|be} {thing/a.is}.
  still {thing/a.np} {thing/a|be} {thing/a.is}.
  to me {thing/a.np} {thing/a|be} {thing/a.is}.
  once {thing/a.np} {thing/a|were} {thing/a.is}.
  here {thing/a.np} {thing/a|be} {thing/a.is},
  who says {thing/a.np} {thing/a|be} {thing/a.is}?
  let {thing/a.np} be {thing/a.is}.
`);

const lists = items(`
  {good/a}, {good/b}, and {good/c}.
  {good/a}, {good/b}: {truth}.
  give me {good/a} and {good/b}.
  bring {good/a}, and bring {good/b}.
  i have {good/a}, {good/b}, and little sleep.
  what remains: {good/a} and {good/b}.
  all she left was {good/a} and {good/b}.
  you took {good/a} and left {good/b}.
  i would trade {good/a} for {good/b}.
  for {good/a}, for {good/b}, we give thanks.
  remember {good/a}? remember {good/b}?
  {place}, {good/a} and {good/b}.
  nothing but {good/a} and {good/b}.
  {kin} left me {good/a} and {good/b}.
  not {good/a}, not {good/b}, but {good/c}.
  we had {good/a}, and it was enough.
  i asked for {good/a} and got {good/b}.
`);

const truths = items(`
  {truth/a}, and {truth/b}.
  {truth/a}, but {truth/b}.
  you know that {truth}.
  {kin} used to say that {truth}.
  i have learned this much: {truth}.
  {place}, {truth}.
`);

// Short shapes, drawn more often: they are learnt first and read best.
const brief = items(`
  {thing/a.np} {thing/a.does|now}.
  {thing/a.np} {thing/a.does|now},
  once, {thing/a.np} would {thing/a.does|base}.
  still {thing/a.np} {thing/a.does|now}.
  and {thing/a.np} {thing/a.does|now},
  {thing/a.np} {thing/a|be} {thing/a.is}.
  why {thing/a|do} {thing/a.np} {thing/a.does|base}?
  {thing/a.np} {thing/a|do} not {thing/a.does|base}.
  let {thing/a.np} {thing/a.does|base}.
  {deed/a|base}.
  {deed/a|base} and {deed/b|base},
  come, {deed/a|base}.
  who will {deed/a|base} now?
  i {deed/a|past}.
  we {deed/a|past} {ago}.
  she {deed/a|past} and {deed/b|past}.
  {good/a}, {good/b}, and {good/c},
  {good/a} and {good/b},
  {place}, {good/a}.
  {place}, we {deed/a|past}.
  {truth}.
`);

// Shapes with a thing and what it does or is like are drawn more often: their words come from the largest tables.
const often = (weight: number, lines: readonly string[]) => lines.map((line): Alternative => [weight, line]);

/** All shapes of a line. */
export const templates: readonly Alternative[] = [
  ...often(2, clauses),
  ...denials,
  ...questions,
  ...often(3, pairs),
  ...commands,
  ...people,
  ...often(4, likenesses),
  ...lists,
  ...truths,
  ...often(3, brief),
];
