// The theme, light or dark: the system's, until a person presses the button.

import { setText } from "./dom.js";

const KEY = "theme";

/** @param {HTMLButtonElement} button @param {() => void} onChange */
export function createTheme(button, onChange) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const stored = recall();
  if (stored) root.dataset["theme"] = stored;

  function isDark() {
    return root.dataset["theme"] ? root.dataset["theme"] === "dark" : dark.matches;
  }

  function render() {
    setText(button, isDark() ? "Light" : "Dark");
    button.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`);
    onChange();
  }

  button.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    root.dataset["theme"] = wanted;
    remember(wanted);
    render();
  });
  dark.addEventListener("change", render);
  render();
  return { render, destroy: () => dark.removeEventListener("change", render) };
}

/** Storage may be forbidden; the theme then lasts as long as the page. */
function recall() {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : null;
  } catch {
    return null;
  }
}

/** @param {string} theme */
function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Nothing to do: see above.
  }
}
