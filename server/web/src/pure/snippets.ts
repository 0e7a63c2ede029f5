// What the page has just asked for, as a program would ask for it: with curl and in TypeScript.

export interface ApiCall {
  /** The last part of the route, which is the name of the client's function too. */
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
}

export interface Target {
  /** Address of the server, without a slash at its end. */
  readonly base: string;
  readonly model: string;
  /** Whether the server wants a token; it is told by the name of a variable, never itself. */
  readonly secured: boolean;
}

export function curlOf(calls: readonly ApiCall[], { base, model, secured }: Target): string {
  const token = secured ? '  -H "authorization: Bearer $LATENTEXT_TOKEN" \\\n' : "";
  return calls
    .map(({ operation, request }) => {
      const url = `${base}/v1/models/${encodeURIComponent(model)}/${operation}`;
      return `curl -s ${url} \\\n${token}  -H 'content-type: application/json' \\\n  -d ${shellQuoted(JSON.stringify(request))}`;
    })
    .join("\n\n");
}

export function typescriptOf(calls: readonly ApiCall[], { base, model, secured }: Target): string {
  const token = secured ? ", { token: process.env.LATENTEXT_TOKEN }" : "";
  const lines = [
    'import { client } from "latentext/client";',
    "",
    `const model = client(${JSON.stringify(base)}${token}).model(${JSON.stringify(model)});`,
  ];
  for (const { operation, request } of calls) {
    const call = `await model.${operation}(${literal(request)})`;
    lines.push("", operation === "neighbours" ? `console.log((${call}).neighbours);` : printing(call));
  }
  return lines.join("\n");
}

function printing(call: string): string {
  return `for (const { text } of (${call}).texts) console.log(text);`;
}

/** A value as TypeScript, keys without quotation marks, one a line where there is more than one. */
function literal(request: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(request).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const short = `{ ${entries.join(", ")} }`;
  return short.length <= 60 ? short : `{\n  ${entries.join(",\n  ")},\n}`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
