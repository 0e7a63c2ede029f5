// Training: the curves and the panel of a run, while it learns.
import { useEffect, useRef, useState } from "preact/hooks";
import type { TrainingReply } from "../../../client.ts";
import { Picker } from "../parts/controls.tsx";
import { Curves } from "../parts/curves.tsx";
import { LineText } from "../parts/lines.tsx";
import { MissingRun } from "../parts/missing.tsx";
import { Status, useTask } from "../parts/status.tsx";
import { place, replacePlace } from "../place.ts";
import { alarmsOf, chartsOf, type Report } from "../pure/reports.ts";
import { ask, lookAtModels, model, models } from "../server.ts";
import { Layout } from "./view.tsx";

/** Milliseconds between looks at a run that is training, and at one that has stopped and may be resumed. */
const LIVELY = 3_000;
const IDLE = 15_000;

export function Training() {
  const all = models.value ?? [];
  const { query } = place.value;
  /** Stays what is watched when it gets its first weights, or another run comes. */
  const watched = useRef<string>(undefined);
  const withId = (given: string | null | undefined) => all.find(({ id }) => id === given);
  const fresh = all.find(({ status }) => status === "training") ?? withId(query.get("model")) ?? all[0];
  const run = (withId(query.get("run")) ?? withId(watched.current) ?? fresh)?.id;
  watched.current = run;
  if (run === undefined)
    return <p class="empty">There is no run to watch. Train one with: latentext train CORPUS --out RUN</p>;
  return <Run key={run} run={run} />;
}

function Run({ run }: { run: string }) {
  const { reports, latest, task } = useReports(run);
  const charts = chartsOf(reports);
  const alarms = alarmsOf(reports);
  const last = reports.findLast(({ kind }) => kind === "train") ?? {};
  const all = models.value ?? [];
  return (
    <Layout
      kind="training"
      title={latest?.status === "training" ? "A run as it learns." : "How a run has learned."}
      notice={<MissingRun named={place.value.query.get("run") ?? place.value.query.get("model")} shown={run} />}
      panel={
        <>
          {all.length > 1 && (
            <Picker
              label="Run"
              value={run}
              choices={all.map(({ id }) => ({ value: id, label: id }))}
              onOpen={lookAtModels}
              onChange={watch}
            />
          )}
          {latest && (
            <dl class="run-facts">
              <Fact
                name="Status"
                value={latest.status === "training" ? "training" : "stopped"}
                live={latest.status === "training"}
              />
              <Fact name="Step" value={latest.step.toLocaleString("en")} />
              <Fact name="Epoch" value={last.epoch} />
              <Fact name="Time" value={durationOf(last.seconds)} />
              <Fact name="Speed" value={rateOf(last.tokensPerSecond)} />
              {alarms.length > 0 && <Fact name="Alarms" value={alarms.join(", ")} />}
            </dl>
          )}
        </>
      }
    >
      {charts.map((chart) => (
        <Curves key={chart.title} chart={chart} />
      ))}
      {latest && charts.length === 0 && <p class="empty">The run has not reported yet.</p>}
      <Status task={task} />
      {latest && latest.panel.length > 0 && <PanelLines panel={latest.panel} />}
    </Layout>
  );
}

/** Watches another run; the model in use stays what it is. */
function watch(run: string): void {
  const id = model.value?.id;
  replacePlace("training", new URLSearchParams({ ...(id !== undefined && { model: id }), run }));
}

function Fact({ name, value, live = false }: { name: string; value: unknown; live?: boolean }) {
  if (value === undefined || value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd class={live ? "live" : ""}>{String(value)}</dd>
    </div>
  );
}

/** The panel: sentences as they come back, and samples. */
function PanelLines({ panel }: { panel: TrainingReply["panel"] }) {
  const back = panel.filter(({ original }) => original !== undefined);
  const samples = panel.filter(({ original }) => original === undefined);
  return (
    <div class="panel-lines">
      {back.length > 0 && (
        <section>
          <h2>Sentences as they come back</h2>
          <ol>
            {back.map(({ text, original, label }) => (
              <li key={original}>
                <PanelLabel name={label} />
                <p class="original">{original}</p>
                <LineText text={text} before={original} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {samples.length > 0 && (
        <section>
          <h2>From points of the prior</h2>
          <ol>
            {samples.map(({ text, label }, i) => (
              <li key={`${i} ${text}`}>
                <PanelLabel name={label} />
                <LineText text={text} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

/** The label that a line was written by, of a conditional model. */
function PanelLabel({ name }: { name: string | undefined }) {
  return name === undefined ? null : <p class="panel-label">{name}</p>;
}

/** The reports of a run so far, looked at again and again while the page is in sight. */
function useReports(run: string) {
  const [reports, setReports] = useState<readonly Report[]>([]);
  const [latest, setLatest] = useState<TrainingReply>();
  const task = useTask();
  useEffect(() => {
    let known: readonly Report[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      task.start(async (signal) => {
        const since = Math.max(0, ...known.map(({ step }) => (typeof step === "number" ? step : 0)));
        const reply = await ask(run).training(since > 0 ? since : undefined, { signal });
        // A run that was begun anew counts from its own start.
        if (reply.step < since) {
          known = [];
          timer = setTimeout(look, 0);
          return;
        }
        known = [...known, ...reply.reports];
        setReports(known);
        setLatest(reply);
        timer = setTimeout(look, reply.status === "training" ? LIVELY : IDLE);
      });
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [run, task]);
  return { reports, latest, task };
}

function durationOf(seconds: unknown): string | undefined {
  if (typeof seconds !== "number") return undefined;
  const minutes = Math.floor(seconds / 60);
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : `${minutes} min ${Math.round(seconds % 60)} s`;
}

function rateOf(tokensPerSecond: unknown): string | undefined {
  if (typeof tokensPerSecond !== "number") return undefined;
  return `${Math.round(tokensPerSecond).toLocaleString("en")} tokens/s`;
}
