// The playground: starts the page.
import { render } from "preact";
import { App } from "./app.tsx";
import { loadModels } from "./server.ts";
import { applyTheme } from "./theme.ts";
import "../style/main.css";

applyTheme();
loadModels();
const page = document.getElementById("page");
if (page) render(<App />, page);
