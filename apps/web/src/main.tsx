import "@fontsource-variable/literata/opsz.css";
import "@fontsource-variable/literata/wght-italic.css";
import "./styles/palette.css";
import "./styles/page.css";
import "./styles/slider.css";
import "./styles/composer.css";
import "./styles/stage.css";
import "./styles/tokens.css";
import "./styles/deck.css";
import { render } from "preact";
import { App } from "./view/app.tsx";

render(<App />, document.querySelector("#page")!);
