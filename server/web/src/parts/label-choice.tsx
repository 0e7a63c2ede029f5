// The choice of a label, where the model in use is a conditional one.
import type { ModelDetails } from "../../../client.ts";
import { Picker } from "./controls.tsx";

export interface LabelChoiceProps {
  readonly details: ModelDetails;
  readonly value: string | undefined;
  readonly onChange: (label: string | undefined) => void;
}

/** Nothing, for a model without labels. */
export function LabelChoice({ details: { labels }, value, onChange }: LabelChoiceProps) {
  if (labels.length === 0) return null;
  const named = labels.map((label) => ({ value: label, label }));
  return (
    <div class="control">
      <Picker
        label="Label"
        value={value !== undefined && labels.includes(value) ? value : ""}
        choices={[{ value: "", label: "any" }, ...named]}
        onChange={(label) => onChange(label === "" ? undefined : label)}
      />
    </div>
  );
}

/** A link's label as requests have it; left out where the model does not know it. */
export function labelKey({ labels }: ModelDetails, label: string | undefined): { readonly label?: string } {
  return label !== undefined && labels.includes(label) ? { label } : {};
}
