// What all views have in common: their properties, and their shape on the page.
import type { ComponentChildren } from "preact";
import type { ModelDetails } from "../../../client.ts";
import { MissingModel } from "../parts/missing.tsx";

export interface ViewProps {
  readonly tab: string;
  readonly model: string;
  readonly details: ModelDetails;
}

/** A result beside what was asked for it: its link, files and calls are of that, whatever the controls say meanwhile. */
export interface Result<Request, Reply> {
  readonly request: Request;
  readonly link: string;
  readonly reply: Reply;
}

export interface LayoutProps {
  /** One sentence that says what this is. */
  readonly title: string;
  readonly panel: ComponentChildren;
  /** What is done again and again: it stays near the title, also on narrow screens. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  /** Part of the class, for views that need the width. */
  readonly kind?: string;
  /** Said before what is read: that this is not what the link names. */
  readonly notice?: ComponentChildren;
}

/** What is read on one side, what is set on the other. */
export function Layout({ title, panel, actions, children, kind = "", notice = <MissingModel /> }: LayoutProps) {
  return (
    <div class={`view ${kind}`}>
      <h1>{title}</h1>
      {actions && <div class="actions">{actions}</div>}
      <div class="stage">
        {notice}
        {children}
      </div>
      <aside class="panel" aria-label="Settings">
        {panel}
      </aside>
    </div>
  );
}

/** A seed that has not been used: any of 2³². */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** Where line `i` of `count` stands on its way. */
export function shareOf(i: number, count: number): number {
  return count > 1 ? i / (count - 1) : 0;
}
