// What can be done with a result: its link, copies, files, and the calls that made it.
import { useState } from "preact/hooks";
import { type ApiCall, curlOf, typescriptOf } from "../pure/snippets.ts";
import { base, secured } from "../server.ts";
import { saveFile, useCopy } from "./copy.ts";

export interface ResultBarProps {
  /** Begins the names of files. */
  readonly name: string;
  readonly model: string;
  readonly texts: readonly string[];
  /** One object a line of the .jsonl file; the texts alone where there are none. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly calls: readonly ApiCall[];
  /** The fragment that makes the same result. */
  readonly link: string;
}

export function ResultBar({ name, model, texts, rows, calls, link }: ResultBarProps) {
  const texted = useCopy();
  const linked = useCopy();
  const [open, setOpen] = useState(false);
  if (texts.length === 0) return null;
  const file = `${model}-${name}`;
  const text = texts.join("\n");
  const jsonl = (rows ?? texts.map((line) => ({ text: line }))).map((row) => JSON.stringify(row)).join("\n");
  return (
    <div class="result-bar">
      <div class="result-actions">
        <button type="button" onClick={() => texted.copy(text)}>
          {texted.copied ? "Copied" : "Copy"}
        </button>
        <a
          href={link}
          onClick={(event) => {
            event.preventDefault();
            linked.copy(location.origin + location.pathname + link);
          }}
        >
          {linked.copied ? "Link copied" : "Link"}
        </a>
        <button type="button" onClick={() => saveFile(`${file}.txt`, `${text}\n`, "text/plain")}>
          .txt
        </button>
        <button type="button" onClick={() => saveFile(`${file}.jsonl`, `${jsonl}\n`, "application/jsonl")}>
          .jsonl
        </button>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Use via API
        </button>
      </div>
      {open && <ApiCalls calls={calls} model={model} />}
    </div>
  );
}

function ApiCalls({ calls, model }: { calls: readonly ApiCall[]; model: string }) {
  const [language, setLanguage] = useState<"curl" | "typescript">("curl");
  const { copied, copy } = useCopy();
  const target = { base, model, secured: secured.value };
  const code = language === "curl" ? curlOf(calls, target) : typescriptOf(calls, target);
  return (
    <div class="api">
      <div class="api-head">
        {(["curl", "typescript"] as const).map((name) => (
          <button key={name} type="button" aria-pressed={language === name} onClick={() => setLanguage(name)}>
            {name === "curl" ? "curl" : "TypeScript"}
          </button>
        ))}
        <button type="button" class="api-copy" onClick={() => copy(code)}>
          {copied ? "Copied" : "Copy"}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
