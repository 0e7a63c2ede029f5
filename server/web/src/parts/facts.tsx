// What the model in use is, and what it is not.
import { base, model, modelDetails } from "../server.ts";

export function Facts() {
  const summary = model.value;
  const details = modelDetails.value;
  if (!summary) return null;
  const quality = details?.quality;
  const reconstruction = quality?.reconstruction;
  const facts: [string, string][] = [
    ["Model", summary.id],
    ["Corpus", summary.corpus.map((path) => path.split(/[\\/]/).at(-1)).join(", ")],
    ["Size", `${compact(summary.parameters)} parameters, ${summary.vocabulary.toLocaleString("en")} tokens`],
    ...(details?.tokenizer ? [["Tokenizer", details.tokenizer] satisfies [string, string]] : []),
    ...kindOf(details?.settings),
    ["Space", `${summary.latent} dimensions, up to ${summary.max_length} tokens`],
  ];
  if (typeof reconstruction === "number") {
    facts.push(["Quality", `${reconstruction.toFixed(3)} nats a token on sentences it was not trained on`]);
  }
  if (summary.trained_at) facts.push(["Trained", dateOf(summary.trained_at)]);
  return (
    <footer class="facts">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        A small model. It has the turns of phrase of its corpus and no knowledge of the world: nothing here is a
        statement of fact. Lines from points that nobody has visited read worse than lines that come back from a
        sentence. <a href={`${base}/docs`}>API</a>
      </p>
    </footer>
  );
}

/** What reads and what writes, once it is known. */
function kindOf({ encoder, decoder }: Readonly<Record<string, unknown>> = {}): [string, string][] {
  return encoder && decoder ? [["Kind", `${encoder} reads, ${decoder} writes`]] : [];
}

function compact(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

function dateOf(given: string): string {
  const date = new Date(given);
  return Number.isNaN(date.getTime()) ? given : date.toLocaleDateString("en", { dateStyle: "medium" });
}
