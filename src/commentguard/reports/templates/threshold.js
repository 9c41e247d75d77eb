"use strict";
(() => {
  const panel = document.getElementById("try");
  const slider = document.getElementById("threshold");
  const ratio = document.getElementById("ratio");
  const rows = [...document.querySelectorAll("tr[data-threshold]")];
  const mark = document.getElementById("mark");
  const value = (row, name) => Number(row.dataset[name]);
  const share = (hits, of) => of ? `${(100 * hits / of).toFixed(1)}%` : "none";
  const cost = (row) => value(row, "spam") - value(row, "caught") + Number(ratio.value) * value(row, "lost");
  const show = () => {
    const row = rows[slider.value - 1];
    const best = rows.reduce((one, other) => (cost(other) <= cost(one) ? other : one));
    slider.setAttribute("aria-valuetext", row.dataset.threshold);
    document.getElementById("outcome").textContent =
      `From ${row.dataset.threshold} on: ${value(row, "caught")} of ${value(row, "spam")} spam caught ` +
      `(${share(value(row, "caught"), value(row, "spam"))}), ${value(row, "lost")} of ` +
      `${value(row, "substantive")} substantive comments lost (${share(value(row, "lost"), value(row, "substantive"))}). ` +
      `Cost: ${cost(row).toLocaleString("en")}. Cheapest: ${best.dataset.threshold}, ` +
      `at ${cost(best).toLocaleString("en")}.`;
    for (const other of rows) {
      other.classList.toggle("hit", other === row);
      other.lastElementChild.textContent = cost(other).toLocaleString("en");
    }
    if (mark && row.dataset.x) {
      mark.setAttribute("cx", row.dataset.x);
      mark.setAttribute("cy", row.dataset.y);
      mark.removeAttribute("visibility");
    }
  };
  document.getElementById("cost-head").textContent = "cost at this ratio";
  slider.addEventListener("input", show);
  ratio.addEventListener("input", show);
  panel.hidden = false;
  show();
})();
