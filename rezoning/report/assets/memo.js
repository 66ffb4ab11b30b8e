// The largest letters with which everything fits the page; where even small ones do not, first numbers that stand in the table, then verdicts, maps and
// doubts are left to the full report, and that is said.
(() => {
  "use strict";
  const sheet = document.getElementById("sheet"), memo = sheet.firstElementChild, said = memo.querySelector(".left-out");
  const MOST = 11, LEAST = 7.5, SMALLEST = 5, STEP = 0.125, SPARE = 4; // points; pixels that a printer may need more
  function fits(size) {
    sheet.style.setProperty("--fit", `${size}pt`);
    return memo.getBoundingClientRect().height <= sheet.getBoundingClientRect().height - SPARE;
  }
  function fit() {
    for (const step of [0, 1, 2, 3, 4]) {
      if (step) sheet.classList.add(`is-short-${step}`);
      said.hidden = step < 2;
      for (let size = MOST; size >= (step === 4 ? SMALLEST : LEAST); size -= STEP) if (fits(size)) return;
    }
  }
  sheet.classList.add("is-measured"); // as on paper, also where the page is read on a phone
  fit();
  sheet.classList.remove("is-measured");
})();
