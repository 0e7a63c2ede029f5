// Says that a link names a model that cannot be used here, which one is used instead, and which others there are.
import { followWith, place } from "../place.ts";
import { clipped } from "../pure/models.ts";
import { lookAtModels, model, models, readyModels } from "../server.ts";
import { Picker } from "./controls.tsx";

export function MissingModel() {
  const named = place.value.query.get("model");
  const used = model.value;
  if (!named || !used || named === used.id) return null;
  const isTraining = models.value?.some(({ id }) => id === named);
  return (
    <div class="missing" role="status">
      <p>
        {isTraining
          ? `The model “${clipped(named)}” can be used at its first report; this is ${used.id}.`
          : `There is no model “${clipped(named)}” here; this is ${used.id}.`}
      </p>
      {readyModels.value.length > 1 && (
        <Picker
          label="Take another"
          value={used.id}
          choices={readyModels.value.map(({ id }) => ({ value: id, label: id }))}
          onOpen={lookAtModels}
          onChange={followWith}
        />
      )}
    </div>
  );
}

/** The same of a run that is watched; which one it is, is chosen among its settings. */
export function MissingRun({ named, shown }: { named: string | null; shown: string }) {
  if (!named || models.value?.some(({ id }) => id === named)) return null;
  return (
    <div class="missing" role="status">
      <p>{`There is no run “${clipped(named)}” here; this is ${shown}.`}</p>
    </div>
  );
}
