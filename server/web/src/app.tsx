// The page around the views: name, tabs, model, and what is known of it.
import type { FunctionComponent } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Picker } from "./parts/controls.tsx";
import { Facts } from "./parts/facts.tsx";
import { Mark, ThemeIcon } from "./parts/icons.tsx";
import { Status } from "./parts/status.tsx";
import { goToModel, linkToTab, place } from "./place.ts";
import { loadDetails, loading, lookAtModels, model, modelDetails, models } from "./server.ts";
import { nextTheme, theme } from "./theme.ts";
import { Arithmetic } from "./views/arithmetic.tsx";
import { Gradient } from "./views/gradient.tsx";
import { Grid } from "./views/grid.tsx";
import { LatentMap } from "./views/map.tsx";
import { Neighbourhood } from "./views/neighbourhood.tsx";
import { Poem } from "./views/poem.tsx";
import { Samples } from "./views/samples.tsx";
import { Training } from "./views/training.tsx";
import type { ViewProps } from "./views/view.tsx";

interface Tab {
  readonly id: string;
  readonly name: string;
  readonly View: FunctionComponent<ViewProps>;
}

const TABS: readonly Tab[] = [
  { id: "gradient", name: "Gradient", View: Gradient },
  { id: "samples", name: "Samples", View: Samples },
  { id: "grid", name: "Grid", View: Grid },
  { id: "map", name: "Map", View: LatentMap },
  { id: "neighbourhood", name: "Neighbourhood", View: Neighbourhood },
  { id: "arithmetic", name: "Arithmetic", View: Arithmetic },
  { id: "poem", name: "Poem", View: Poem },
];
const TRAINING = { id: "training", name: "Training" };

/** Milliseconds between looks at the list of models while there is one to come. */
const LOOK = 15_000;

export function App() {
  const all = models.value;
  const ready = model.value;
  // Where nothing can be asked yet, there is a training to watch.
  const fallback = all && all.length > 0 && !ready ? TRAINING.id : "gradient";
  const named = [...TABS, TRAINING].find(({ id }) => id === place.value.tab);
  const tab = named?.id ?? fallback;
  const isKnown = modelDetails.value !== undefined;
  useEffect(() => {
    if (ready) loadDetails(ready);
  }, [JSON.stringify(ready), isKnown]);
  useLooks();
  useEffect(() => {
    document.title = `${named?.name ?? "Gradient"} · latentext`;
  }, [named?.name]);
  return (
    <>
      <header class="page-head">
        <a class="wordmark" href={linkToTab("gradient", ready?.id)}>
          <Mark />
          latentext
        </a>
        <Tabs selected={tab} />
        <div class="page-tools">
          {tab !== TRAINING.id && <ModelPicker />}
          <button
            type="button"
            class="quiet"
            onClick={nextTheme}
            aria-label={`Theme: ${theme.value}`}
            title={`Theme: ${theme.value}`}
          >
            <ThemeIcon theme={theme.value} />
          </button>
        </div>
      </header>
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          <View tab={tab} />
        </div>
      </main>
      {tab !== TRAINING.id && <Facts />}
    </>
  );
}

function View({ tab }: { tab: string }) {
  const all = models.value;
  const ready = model.value;
  const details = modelDetails.value;
  if (!all) return <Status task={loading} doing="Reading the models…" />;
  if (tab === TRAINING.id) return <Training />;
  if (!ready)
    return (
      <p class="empty">No model is ready yet. Its training shows under Training; it can be used at its first report.</p>
    );
  const View = TABS.find(({ id }) => id === tab)?.View;
  if (!View || !details || details.id !== ready.id) return <Status task={loading} doing="Reading the model…" />;
  // Of other weights, all that was written is written again.
  return <View key={`${tab} ${JSON.stringify(ready)}`} tab={tab} model={ready.id} details={details} />;
}

/** Looks at the list of models again when the page comes into sight, and while it is and a run has no weights yet. */
function useLooks(): void {
  const waiting = (models.value ?? []).some(({ status }) => status === "training") || model.value === undefined;
  useEffect(() => {
    const look = () => {
      if (!document.hidden) void lookAtModels();
    };
    const timer = waiting ? setInterval(look, LOOK) : undefined;
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [waiting]);
}

function Tabs({ selected }: { selected: string }) {
  const list = useRef<HTMLDivElement>(null);
  const tabs = [...TABS, TRAINING];
  const id = model.value?.id;
  useEffect(() => {
    const tab = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    // Not scrollIntoView: that would move the page as well.
    if (list.current && tab)
      list.current.scrollLeft = tab.offsetLeft - (list.current.clientWidth - tab.offsetWidth) / 2;
  }, [selected]);
  const move = (event: KeyboardEvent, index: number) => {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = list.current?.querySelectorAll<HTMLElement>("[role=tab]")[(to + tabs.length) % tabs.length];
    next?.focus();
    next?.click();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Ways through the space" ref={list}>
      {tabs.map((tab, i) => (
        <a
          key={tab.id}
          id={`tab-${tab.id}`}
          role="tab"
          href={linkToTab(tab.id, id)}
          aria-selected={tab.id === selected}
          aria-controls="view"
          tabIndex={tab.id === selected ? 0 : -1}
          onKeyDown={(event) => move(event, i)}
        >
          {tab.name}
        </a>
      ))}
    </div>
  );
}

function ModelPicker() {
  const all = models.value ?? [];
  const chosen = model.value;
  if (all.length < 2 || !chosen) return null;
  const choices = all.map(({ id, status }) => ({
    value: id,
    label: status === "ready" ? id : `${id} (training)`,
    disabled: status !== "ready",
  }));
  return <Picker label="Model" value={chosen.id} choices={choices} onOpen={lookAtModels} onChange={goToModel} />;
}
