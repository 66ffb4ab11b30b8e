/* What stands around the map: choices of zones and views, the slider, the search, the list of schools, and what colors and hatches mean. */
(function () {
  "use strict";

  const { node, short, plain, number } = window.RezoningMap.words;
  const FEW = 12; // suggestions at a time

  function isTouched() { return window.matchMedia("(pointer: coarse)").matches; }

  const Lists = {
    _choices(parent, title, name, choices, onChoose) {
      const set = node("fieldset", "rz-choices", parent), id = this.id + name;
      node("legend", "", set, title);
      const row = node("div", "rz-row", set);
      return choices.map(([value, text]) => {
        const label = node("label", "rz-choice", row), input = node("input", "", label);
        input.type = "radio"; input.name = id; input.value = value;
        node("span", "", label, text);
        input.addEventListener("change", () => onChoose(value));
        return input;
      });
    },

    _buildViews(root) {
      const bar = node("div", "rz-bar", root), views = this.atlas.views.map((view) => [view.key, view.name]);
      this.viewInputs = this._choices(bar, this.say("shown"), "-view", views, (key) => this.show(key));
      if (!this._hasToday() || views.length < 2) return;
      const hows = ["whole", "swipe", "changes"].map((how) => [how, this.say(how)]);
      this.howInputs = this._choices(bar, this.say("compare"), "-how", hows, (how) => this.compare(how));
    },

    _buildSlide(frame) {
      const slide = this.slide = node("label", "rz-slide", frame);
      this.slideText = node("span", "", slide);
      const range = this.range = node("input", "", slide);
      range.type = "range"; range.min = "0"; range.max = "100"; range.value = "50";
      range.step = "any";
      range.addEventListener("input", () => { this.at = range.value / 100; this._split(); });
      range.addEventListener("keydown", (event) => { // step "any" would leave the keys' step to the browser
        const step = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 }[event.key];
        if (step) { event.preventDefault(); this.slideTo((Number(range.value) + step) / 100); }
      });
    },

    _buildSearch(root) {
      const form = node("form", "rz-search", root), id = this.id + "-search", label = node("label", "", form, this.say("search"));
      label.htmlFor = id;
      form.setAttribute("role", "search");
      const input = this.input = node("input", "", form), list = this.list = node("datalist", "", form);
      input.id = id; input.type = "search"; input.autocomplete = "off"; input.dir = "auto";
      list.id = id + "-list";
      input.setAttribute("list", list.id);
      node("button", "", form, this.say("find")).type = "submit";
      const clear = node("button", "", form, this.say("clear"));
      clear.type = "button";
      clear.addEventListener("click", () => { this.clear(); input.focus(); });
      input.addEventListener("input", (event) => {
        const isPicked = event.inputType === "insertReplacementText" || !event.inputType, exact = (this.offers || []).find((offer) => offer.text === input.value);
        if (isPicked && exact) this._take(exact); else this._offer();
      });
      form.addEventListener("submit", (event) => { event.preventDefault(); this._find(); });
      this._offer();
    },

    /* Schools first, then areas by their streets, then those whose ids hold what was typed. */
    _matches(typed) {
      const found = [], text = plain(typed.trim()), atlas = this.atlas;
      atlas.schools.forEach((school, s) => {
        const place = String(s + 1);
        if (found.length < FEW && (plain(school.name).includes(text) || place === text)) {
          found.push({ school: s, text: this.say("school", { number: place, name: short(school.name) }) });
        }
      });
      const meant = text.length > 1 && atlas.areas ? atlas.areas.names.map((name) => plain(name).includes(text)) : null;
      for (let u = 0; meant && u < atlas.units.length && found.length < FEW; u++) {
        if (atlas.areas.of[u].some((k) => meant[k])) found.push({ unit: u, text: this.say("found", { area: this.areaName(u), number: number(u + 1) }) });
      }
      for (let u = 0; text && u < atlas.units.length && found.length < FEW; u++) {
        if (plain(atlas.units[u]).includes(text)) found.push({ unit: u, text: atlas.units[u] });
      }
      return found;
    },

    _offer() {
      this.offers = this._matches(this.input.value);
      this.list.textContent = "";
      this.offers.forEach((offer) => { node("option", "", this.list).value = offer.text; });
    },

    _find() {
      const typed = this.input.value.trim(), unit = this.atlas.units.indexOf(typed), exact = (this.offers || []).find((offer) => offer.text === typed);
      if (!typed) return;
      const first = exact || (unit >= 0 ? { unit } : this._matches(typed)[0]);
      if (first) this._take(first); else this._said([this.say("not_found", { text: short(typed) })]);
    },

    _take(offer) { if ("school" in offer) this.focusSchool(offer.school); else this.select(offer.unit); },

    _buildSchools(body) {
      const side = node("div", "rz-schools", body), id = this.id + "-schools";
      node("h3", "", side, this.say("schools")).id = id;
      const list = node("ul", "", side);
      list.setAttribute("aria-labelledby", id);
      this.buttons = this.atlas.schools.map((school, s) => {
        const button = node("button", "", node("li", "", list));
        button.type = "button"; button.title = school.name;
        this._swatch(button, s, String(s + 1));
        node("bdi", "", button, school.name);
        button.addEventListener("click", () => { if (this.school === s) this.clear(); else this.focusSchool(s); });
        return button;
      });
    },

    _buildKey(root) {
      const key = node("p", "rz-key", root), item = (cls, text) => {
        const made = node("span", "rz-key-item", key);
        node("i", cls, made); node("span", "", made, this.say(text));
        return made;
      };
      item("rz-key-dot", "key_school");
      if (this._hasToday()) { this.keyHatch = item("rz-hatch", "key_changed"); this.keyPale = item("rz-pale", "key_pale"); }
      if (this.atlas.views.some((view) => view.pools)) this.keyShared = item("rz-key-dot", "key_shared");
      if (this.atlas.views.some((view) => view.closed)) item("rz-key-dot", "key_closed");
      this.atlas.base_notes[this.atlas.language].forEach((text) => node("span", "rz-key-item", key, text));
      this.atlas.estimates[this.atlas.language].forEach((text) => node("span", "rz-key-item", key, "≈ " + text));
      node("span", "rz-key-item rz-hint", key, this.say(isTouched() ? "move_touch" : "move"));
    },

    /* Controls say what is shown, whoever asked for it. */
    _sync() {
      const view = this.atlas.views[this.view];
      (this.viewInputs || []).forEach((input, v) => { input.checked = v === this.view; });
      (this.howInputs || []).forEach((input) => { input.checked = input.value === this.how; input.disabled = this.view === 0; });
      if (this.slide) {
        this.slide.hidden = !this.root.classList.contains("rz-swiping");
        this.slideText.textContent = this.say("slide", { view: view.name });
        this.tags[0].textContent = this.atlas.views[0].name;
        this.tags[1].textContent = view.name;
      }
      (this.buttons || []).forEach((button, s) => button.setAttribute("aria-pressed", String(s === this.school)));
      if (this.keyShared) {
        this.keyShared.hidden = !view.pools;
        this.keyHatch.lastChild.textContent = this.say(view.pools ? "key_changed_some" : "key_changed");
      }
      if (this.keyHatch) { this.keyHatch.hidden = this.view === 0; this.keyPale.hidden = this.view === 0 || this.how !== "changes"; }
    }
  };

  window.RezoningMap.words.isTouched = isTouched;
  window.RezoningMap.parts.push(Lists);
})();
