// Politics, business, health and local news.

import { items } from "../grammar.ts";
import { many, one, type Topic } from "./topic.ts";

export const politics: Topic = {
  actors: [
    one(
      "{place} council / town council / city council",
      `vote to keep the foghorn / ban leaf blowers / reject plan for {some} roundabouts / put the bypass to a public vote
      rename the same street for the third time / delay vote on the library roof / sell the second town hall`,
      "approve a budget nobody has read / lose its own minutes / misplace {some} ballot boxes",
    ),
    one(
      "prime minister / opposition leader / finance minister",
      `answer questions on {day} / call early election / defend tax on second chimneys / drop plan to tax umbrellas
      rule out coalition with the Reform League / cut fuel tax by {percent}`,
      "survive confidence vote by {some} votes / face revolt over pension bill / win over {dozens} rebels",
    ),
    many(
      "senators / lawmakers / ministers",
      `debate the meaning of lunch / back inquiry into lost ballots / vote down fishing bill / extend own summer recess
      question {firm} over lobbying / ratify border treaty with {country}`,
      "split over defence budget / agree to meet again on {day} / fall asleep during tax debate",
    ),
    many(
      "voters in {place} / voters / rural voters",
      "return mayor for a sixth term / reject new constitution / punish ruling party in local polls",
      `queue for hours to elect {person} / choose write-in candidate who is a goat / back independence by {some} votes
      elect {person} by {some} votes`,
    ),
    one(
      "{country}",
      `recall ambassador over map error / sign peace accord with neighbour / close embassy in {place} / close border over cheese dispute
      hold first free election in {years} / lift sanctions after {years}`,
      "swear in its {some}-party government / forget to send delegate to summit",
    ),
    one(
      "mayor {person} / senator {person} / minister {person}",
      `announce run for president / apologise for speech to empty chamber / unveil plan to cut ministries by half
      leave party to found another / release {some} years of tax returns`,
      "resign over unpaid parking fines / deny knowing own adviser / cast deciding vote by mistake",
    ),
  ],
  events: items("budget vote / televised debate / second recount / party conference / state visit / coalition talks"),
  troubles: items(
    "leaked memo / corruption inquiry / treaty deadlock / party rebellion / border dispute / lobbying scandal",
  ),
  sources: items("party insiders / aides / rebel lawmakers / pollsters / diplomats / election officials"),
  quotes:
    items(`We have nothing to hide and nowhere to hide it / The people have spoken, mostly / I did not lose, I came second
    This is not a coalition, it is a truce / My door is always closed / The vote is secret, even from me`),
};

export const business: Topic = {
  actors: [
    one(
      "{firm}",
      `cut {dozens} jobs at {place} plant / open factory in {place} / recall {dozens},000 kettles / raise prices by {percent}
      buy rival for {dozens} million / move headquarters to {country} / sell biscuit arm / launch electric van`,
      "post record profit / warn on profit for the third time / miss sales target by {percent} / lose {some} board members in a week",
    ),
    many(
      "shares in {firm} / {firm} shares",
      "fall {percent} / climb {percent} / hit {some}-year low / double in a week",
      "rally late in session / slide for a fifth day / close flat, to general relief",
    ),
    one(
      "central bank / {country}'s central bank",
      "raise rates to {percent} / hold rates steady / cut growth forecast to {percent} / buy gold for first time in {years}",
      "cut rates by surprise / print banknote with spelling mistake",
    ),
    many(
      "investors / small shareholders / traders",
      "back merger with {firm} / demand seat on board of {firm} / sell {firm} bonds / pile into umbrella makers",
      "shrug off inflation figures / bet on a warm winter for ice cream",
    ),
    many(
      "{place} factory workers / dock workers / rail unions / bakers",
      `accept a(n) {percent} pay rise / strike over missing teapots / reject final offer from {firm} / return to work on {day}
      seek a(n) {percent} pay rise`,
      "win four-day week / walk out at {firm}",
    ),
    one(
      "{firm} boss / {firm} chairman / {firm} founder",
      "step down after {years} / take a(n) {percent} pay cut / sell stake to rival / buy back the company",
      "defend bonus in poem to staff / blame weak sales on the moon / promise no more mergers",
    ),
    one(
      "inflation / unemployment",
      "rise to {percent} / fall to {percent} in {country} / hit lowest level in {years}",
      "surprise economists again",
    ),
  ],
  events: items(
    "annual meeting / trade talks with {country} / quarterly results / failed merger / record orders / bond auction",
  ),
  troubles: items(
    "weak harvest / hostile takeover bid / rising fuel costs / shareholder revolt / supply shortage / strike threat",
  ),
  sources: items("analysts / economists / auditors / company insiders / brokers / market watchers"),
  quotes: items(`The money is only resting / Our losses are ahead of schedule / Nobody saw the invoice coming
    We are too small to fail / The market is always right, eventually / Growth is a state of mind`),
};

export const health: Topic = {
  actors: [
    one(
      "{place} hospital / district hospital / children's hospital",
      `open {some} new wards / cut waiting times by {percent} / hire {dozens} nurses / treat first patients with new heart valve
      serve hot meals at night`,
      "run out of jelly / declare winter emergency / lose power during surgery, *finish by lamplight / reunite patient with left boot",
    ),
    many(
      "doctors / family doctors / surgeons",
      `urge parents to vaccinate against measles / prescribe walks by the sea / strike over night shifts
      offer lung scans in {place}`,
      `advise against self-diagnosis at parties / remove {some} coins from stomach of magician / warn of early flu season
      perform first double lung transplant`,
    ),
    many(
      "nurses / midwives / ambulance crews",
      "vote on strike over pay / teach {dozens} schools first aid / join march for shorter shifts",
      `deliver {some} babies in one night / rescue man stuck in blood pressure machine / win right to sit down
      report shortage of beds`,
    ),
    one(
      "new vaccine / cheap malaria drug / experimental asthma drug",
      "reach {dozens} clinics in {country} / win approval in {country} / prevent {percent} of hospital stays",
      "halve infections in trial / pass final safety test / fail to beat sugar pill",
    ),
    one(
      "flu outbreak / measles outbreak / hay fever season",
      "close {some} schools in {place} / peak early / spread to {country} / ease after {some} weeks",
      "fill beds in {place} / send half of orchestra home",
    ),
    one(
      "health ministry / {country}'s health minister",
      "ban fizzy drinks in schools / fund {dozens} rural clinics / cut price of hearing aids / order recall of cough syrup",
      "drop advice on eggs, again / admit shortage of insulin",
    ),
    one(
      "long sleep / daily walking / strong tea / choir singing",
      "lower blood pressure by {percent} / protect memory in old age / ease chronic pain / cut risk of stroke by {percent}",
      "do nothing for colds / beat pills in small trial",
    ),
  ],
  events: items(
    "{some}-year trial / patient survey / safety review / hospital merger / first aid week / vaccine campaign",
  ),
  troubles: items(
    "vaccine shortage / flu outbreak / nursing shortage / food poisoning scare / clinic closures / staff absences",
  ),
  sources: items("doctors / nurses / patients' groups / health officials / pharmacists / epidemiologists"),
  quotes: items(`The patient is stable but bored / Wash your hands, then read this / We ran out of beds but not of soup
    Sleep is the cheapest medicine / I felt fine until the leaflet / An apple a day is not a plan`),
};

export const local: Topic = {
  actors: [
    one(
      "{place} man / retired postman / {place} baker / local plumber",
      `build cathedral out of {dozens},000 matchsticks / keep all {some} peacocks / return library book after {years}
      row to {place} in bathtub`,
      `find wedding ring in potato after {years} / grow pumpkin too large for shed / mistake wedding for own surprise party
      rescue neighbour's cat, {some} times in a week`,
    ),
    one(
      "{place} woman / {place} grandmother / lollipop lady / village postmistress",
      "knit scarf the length of the pier / retire after {years} / swim to island for charity / walk {dozens} miles for hospice",
      `foil burglar with frying pan / find {some} ducklings in handbag / turn 100 and *credit pickles
      win cake contest for third year`,
    ),
    many(
      "neighbours / {place} residents / parents / allotment holders",
      `protest at loss of number {some} bus / fight plan for second car park / raise {dozens},000 for playground
      clean beach on {day}`,
      "save corner shop from closure / complain about church bells / fall out over hedge again",
    ),
    one(
      "escaped pig / runaway goat / stray peacock / lost parrot",
      "return home after {some} days / get own bus pass / find new home in {place}",
      `stop traffic in {place} / board the {day} bus / attend wedding uninvited / eat prize marrow at village show
      hide in school for {some} days`,
    ),
    one(
      "{place} library / {place} swimming pool / village hall / corner bakery",
      "reopen after {years} / celebrate {years} with free buns / close for repairs / open on {day} for first time",
      "flood for second time this month / lose its roof and *gain a skylight / find time capsule from {years} ago",
    ),
    many(
      "firefighters / {place} police / lifeboat volunteers / street cleaners",
      "return lost teddy to {place} girl / appeal for owner of lost accordion / auction {some} stolen garden gnomes",
      `free boy from washing machine / recover {some} stolen garden gnomes / rescue {some} swans from canal
      arrest own mascot by mistake`,
    ),
    one(
      "roundabout / footbridge / {place} car park / Market Street",
      "close for {some} weeks / reopen on {day} / get its own fan club",
      "divide town / confuse visitors / win prize for dullest view",
    ),
  ],
  events: items("village fete / charity swim / school reunion / market day / cake contest / harvest supper"),
  troubles: items("hedge dispute / burst water main / bin strike / parking row / bus cuts / {some}-hour power cut"),
  sources: items("neighbours / police / shopkeepers / witnesses / dog walkers / parish councillors"),
  quotes: items(`It was only a small flood / The goat knows what it did / I just wanted my ladder back
    Nobody parks like that by accident / We have never had a queue before / The swan started it`),
};
