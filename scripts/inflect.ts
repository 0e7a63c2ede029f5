// English verb forms for the corpus grammars: regular rules, a table of the irregular verbs, and agreement words.

/** `s` is the third person singular, `done` the past participle, `now` the present that agrees with its subject. */
export const VERB_FORMS = ["base", "s", "now", "past", "done", "ing"] as const;
export type VerbForm = (typeof VERB_FORMS)[number];

// base: past, participle. A verb whose two forms are the same has one.
const IRREGULAR: Readonly<Record<string, readonly [string, string?]>> = {
  be: ["was", "been"],
  beat: ["beat", "beaten"],
  begin: ["began", "begun"],
  bend: ["bent"],
  blow: ["blew", "blown"],
  break: ["broke", "broken"],
  bring: ["brought"],
  build: ["built"],
  buy: ["bought"],
  choose: ["chose", "chosen"],
  come: ["came", "come"],
  cut: ["cut"],
  dig: ["dug"],
  do: ["did", "done"],
  draw: ["drew", "drawn"],
  drink: ["drank", "drunk"],
  eat: ["ate", "eaten"],
  fall: ["fell", "fallen"],
  feed: ["fed"],
  find: ["found"],
  fly: ["flew", "flown"],
  forget: ["forgot", "forgotten"],
  forgive: ["forgave", "forgiven"],
  freeze: ["froze", "frozen"],
  get: ["got"],
  give: ["gave", "given"],
  go: ["went", "gone"],
  grind: ["ground"],
  grow: ["grew", "grown"],
  hang: ["hung"],
  have: ["had"],
  hear: ["heard"],
  hide: ["hid", "hidden"],
  hit: ["hit"],
  hold: ["held"],
  keep: ["kept"],
  kneel: ["knelt"],
  know: ["knew", "known"],
  lay: ["laid"],
  lead: ["led"],
  leave: ["left"],
  lend: ["lent"],
  let: ["let"],
  lie: ["lay", "lain"],
  light: ["lit"],
  lose: ["lost"],
  make: ["made"],
  mean: ["meant"],
  meet: ["met"],
  pay: ["paid"],
  put: ["put"],
  read: ["read"],
  rewrite: ["rewrote", "rewritten"],
  ring: ["rang", "rung"],
  rise: ["rose", "risen"],
  run: ["ran", "run"],
  say: ["said"],
  see: ["saw", "seen"],
  sell: ["sold"],
  send: ["sent"],
  set: ["set"],
  shake: ["shook", "shaken"],
  show: ["showed", "shown"],
  sing: ["sang", "sung"],
  sit: ["sat"],
  sleep: ["slept"],
  speak: ["spoke", "spoken"],
  spend: ["spent"],
  split: ["split"],
  spread: ["spread"],
  stand: ["stood"],
  strike: ["struck"],
  sweep: ["swept"],
  swim: ["swam", "swum"],
  swing: ["swung"],
  take: ["took", "taken"],
  teach: ["taught"],
  tear: ["tore", "torn"],
  tell: ["told"],
  think: ["thought"],
  throw: ["threw", "thrown"],
  wake: ["woke", "woken"],
  wear: ["wore", "worn"],
  weep: ["wept"],
  win: ["won"],
  wind: ["wound"],
  write: ["wrote", "written"],
};

// A last consonant is doubled after one stressed short vowel; of longer verbs only these, the stress being unwritten.
const SHORT = /^[^aeiou]*(?:qu)?[aeiou][^aeiouwxy]$/;
const DOUBLED_LONG = new Set(["admit", "begin", "cancel", "forget", "regret", "shovel", "travel"]);

function stemForSuffix(verb: string): string {
  return SHORT.test(verb) || DOUBLED_LONG.has(verb) ? verb + verb.slice(-1) : verb;
}

function third(verb: string): string {
  if (verb === "be") return "is";
  if (verb === "have") return "has";
  if (/(?:s|x|z|ch|sh|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

function regularPast(verb: string): string {
  if (verb.endsWith("e")) return `${verb}d`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${stemForSuffix(verb)}ed`;
}

function progressive(verb: string): string {
  if (verb.endsWith("ie")) return `${verb.slice(0, -2)}ying`;
  return /[^eoy]e$/.test(verb) && verb !== "be" ? `${verb.slice(0, -1)}ing` : `${stemForSuffix(verb)}ing`;
}

/** One verb, given in its base form, in the form asked for; `many` says that the subject is plural. */
export function inflectVerb(verb: string, form: VerbForm, many = false): string {
  switch (form) {
    case "base":
      return verb;
    case "s":
      return third(verb);
    case "now":
      return many ? (verb === "be" ? "are" : verb) : third(verb);
    case "past":
      return verb === "be" && many ? "were" : (IRREGULAR[verb]?.[0] ?? regularPast(verb));
    case "done":
      return IRREGULAR[verb]?.[1] ?? IRREGULAR[verb]?.[0] ?? regularPast(verb);
    case "ing":
      return progressive(verb);
  }
}

// What a finite verb of a subordinate clause becomes beside the main verb's form: "keep what it takes", "kept what it took".
function subordinate(verb: string, form: VerbForm, many: boolean): string {
  return inflectVerb(verb, form === "past" || form === "done" ? "past" : "now", many);
}

/**
 * A whole predicate. Its first word is the verb; a later `*verb` takes the same form ("turn and *go"). A verb of a
 * subordinate clause only follows the tense: `~verb` after a singular ("keep what it ~take"), `+verb` after a plural
 * ("keep what we +throw").
 */
export function inflectPredicate(predicate: string, form: VerbForm, many = false): string {
  return predicate
    .split(" ")
    .map((word, position) => {
      const [, mark, verb = "", rest = ""] = /^([*~+]?)([a-z]+)(.*)$/.exec(word) ?? [];
      if (mark === "~" || mark === "+") return subordinate(verb, form, mark === "+") + rest;
      return position === 0 || mark === "*" ? inflectVerb(verb, form, many) + rest : word;
    })
    .join(" ");
}

/** `a(n)` becomes `a` or `an` by the sound of the word after it. */
export function chooseArticles(text: string): string {
  return text.replace(/\b(a|A)\(n\)(?= ['"]?([\w-]+))/g, (_, article: string, next: string) => {
    const vowel = /^(?:[aeiou]|8|11\b|18\b)/i.test(next) && !/^(?:one|once|uni(?![mn])|us[aeu]|euro|ewe)/i.test(next);
    return vowel || /^(?:hour|heir|honest|honour|MP\b)/.test(next) ? `${article}n` : article;
  });
}
