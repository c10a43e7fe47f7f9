/**
 * The widget for a page of another site: a button that opens the service's own page in a frame.
 *
 *   <script src="https://brieven.example.nl/widget.js" async></script>
 *
 * data-taal: "nl" or "en"; otherwise the page's own language. data-kop: what button and panel are
 * called. data-vorm: "knop" (a button below on the right) or "vlak" (in <div id="briefwijzer">).
 * The page's Content-Security-Policy, if it has one, needs the service in script-src and frame-src.
 *
 * It keeps nothing, adds one element name to the page and no style, and hears the frame alone.
 */
(() => {
  "use strict";

  const NAME = "brief-wijzer";
  const PLACE = "briefwijzer";
  const LANGUAGES = /* texts */ {};
  // The frame answers as soon as it has loaded; a slow network may take long to load it.
  const AFTER_LOAD_MS = 2000;
  const AT_MOST_MS = 15000;
  const LEAST_HEIGHT = 320;
  const MOST_HEIGHT = 6000;

  // A site that renews its body runs the script again, or has it twice: one widget stands there.
  const known = customElements.get(NAME);
  if (known) {
    known.begin();
    return;
  }
  const script = document.currentScript ?? document.querySelector('script[src$="/widget.js"]');
  const service = new URL(script.src).origin;
  const spoken = (script.dataset.taal || document.documentElement.lang).slice(0, 2).toLowerCase();
  const language = Object.hasOwn(LANGUAGES, spoken) ? spoken : "nl";
  const texts = LANGUAGES[language];
  const title = script.dataset.kop || texts.title;

  const STYLE = /* style */ "";

  /** An element with properties, children and data; `class` and aria attributes by their names. */
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(key, value);
      else if (value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  }

  class Widget extends HTMLElement {
    #isFloating = true;
    #isThere = false;
    #isBlocked = false;
    #wantsFocus = false;
    #waiting = 0;
    #opener = element("button", {
      class: "open", type: "button", "aria-expanded": "false", "aria-haspopup": "dialog",
      click: () => this.open(),
    }, title);
    #frame = null;
    #word = element("p", { class: "word", hidden: true, role: "status" });
    #trouble = element("div", { class: "trouble", hidden: true, role: "alert" });
    #panel = element("section", { class: "panel", tabindex: "-1", "aria-labelledby": "title", hidden: true });

    /** Put one widget into the page, where there is none. */
    static begin() {
      if (document.querySelector(NAME)) return;
      const place = script.dataset.vorm === "vlak" && document.getElementById(PLACE);
      const widget = document.createElement(NAME);
      widget.show(!place);
      // Above all that the page has, whatever it does to its body.
      if (!place) widget.popover = "manual";
      (place || document.body).append(widget);
    }

    connectedCallback() {
      if (this.popover === "manual") this.showPopover?.();
    }

    /** Stand in the page: floating with a button, or open in a place of its own. */
    show(isFloating) {
      this.#isFloating = isFloating;
      const shape = isFloating ? "floating" : "inline";
      this.className = shape;
      this.#panel.classList.add(shape);
      this.#panel.setAttribute("role", isFloating ? "dialog" : "region");
      this.#panel.append(this.#bar(), this.#word, this.#trouble);
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
      root.append(...(isFloating ? [this.#opener] : []), this.#panel);
      this.lang = language;
      addEventListener("message", (event) => this.#hear(event));
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
        if (effectiveDirective === "frame-src" && blockedURI.startsWith(service)) this.#isBlocked = true;
      });
      if (isFloating) {
        root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
        return;
      }
      this.#panel.hidden = false;
      this.#begin();
    }

    open() {
      this.#panel.hidden = false;
      this.#opener.hidden = true;
      this.#opener.setAttribute("aria-expanded", "true");
      this.#wantsFocus = true;
      // Until the frame is there, this is what a screen reader is told of.
      this.#panel.focus();
      if (!this.#frame) this.#begin();
      else if (this.#isThere) this.#enter();
    }

    close() {
      if (!this.#isFloating || this.#panel.hidden) return;
      this.#panel.hidden = true;
      this.#opener.hidden = false;
      this.#opener.setAttribute("aria-expanded", "false");
      this.#wantsFocus = false;
      this.#opener.focus();
    }

    #bar() {
      const whole = element("a", { href: `${service}/`, target: "_blank", rel: "noopener noreferrer" },
        texts.whole, element("span", { class: "unseen" }, ` ${texts.new_tab}`));
      const close = element("button", {
        class: "close", type: "button", "aria-label": texts.close, title: texts.close,
        click: () => this.close(),
      }, element("span", { "aria-hidden": "true" }, "×"));
      return element("div", { class: "bar" }, element("p", { class: "title", id: "title" }, title),
        whole, ...(this.#isFloating ? [close] : []));
    }

    /** Ask the service for the frame, and wait for it to say that it is there. */
    #begin() {
      this.#isThere = this.#isBlocked = false;
      this.#trouble.hidden = true;
      this.#word.hidden = false;
      this.#word.textContent = texts.loading;
      this.#frame = element("iframe", {
        title, src: `${service}/widget/${language}`, allow: "clipboard-write", referrerpolicy: "no-referrer",
        // All that the page does but taking its host elsewhere.
        sandbox: "allow-scripts allow-same-origin allow-forms allow-popups "
          + "allow-popups-to-escape-sandbox allow-downloads allow-modals",
        load: () => this.#greet(),
        hidden: true,
      });
      if (!this.#isFloating) this.#fit(LEAST_HEIGHT);
      this.#panel.append(this.#frame);
      this.#wait(AT_MOST_MS);
    }

    #greet() {
      this.#say("greet");
      if (!this.#isThere) this.#wait(AFTER_LOAD_MS);
    }

    #wait(duration) {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#explain(), duration);
    }

    #say(word) {
      this.#frame.contentWindow?.postMessage({ briefwijzer: word }, service);
    }

    #hear({ origin, source, data }) {
      if (origin !== service || !this.#frame || source !== this.#frame.contentWindow) return;
      if (data?.briefwijzer === "hello") this.#welcome();
      if (data?.briefwijzer === "close") this.close();
      if (data?.briefwijzer === "height" && !this.#isFloating) this.#fit(Number(data.height));
    }

    #welcome() {
      clearTimeout(this.#waiting);
      this.#isThere = true;
      this.#word.hidden = this.#trouble.hidden = true;
      this.#frame.hidden = false;
      if (this.#wantsFocus) this.#enter();
    }

    /** Give the focus to the frame, unless it went elsewhere while the frame was loading. */
    #enter() {
      this.#wantsFocus = false;
      if (document.activeElement !== this && document.activeElement !== document.body) return;
      this.#frame.focus();
      this.#say("focus");
    }

    #fit(height) {
      if (!Number.isFinite(height)) return;
      const fitting = Math.min(Math.max(height, LEAST_HEIGHT), MOST_HEIGHT);
      this.#frame.style.height = `${Math.ceil(fitting)}px`;
    }

    /** Say in words why there is no frame, and to the administrator what to do. */
    async #explain() {
      const why = this.#isBlocked ? "blocked" : (await isReachable()) ? "refused" : "unreachable";
      if (this.#isThere || !this.#frame) return;
      const sites = [...new Set([location.origin, ...(location.ancestorOrigins ?? [])])].join(",");
      const filled = (text) => text.replace("$site", sites).replace("$service", service);
      const advice = texts[`${why}_administrator`];
      this.#frame.remove();
      this.#frame = null;
      this.#word.hidden = true;
      this.#trouble.hidden = false;
      this.#trouble.replaceChildren(
        element("p", {}, texts[why]),
        ...(advice ? [element("p", {}, filled(advice))] : []),
        element("button", { type: "button", click: () => this.#again() }, texts.again),
      );
    }

    #again() {
      this.#wantsFocus = true;
      this.#panel.focus();
      this.#begin();
    }
  }

  /** Whether the service answers, as far as a page of another site can know: by its script. */
  function isReachable() {
    return new Promise((resolve) => {
      const probe = document.createElement("script");
      const done = (answer) => { probe.remove(); resolve(answer); };
      probe.addEventListener("load", () => done(true));
      probe.addEventListener("error", () => done(false));
      probe.nonce = script.nonce;
      try {
        probe.src = `${service}/widget.js?${Date.now()}`;
        document.head.append(probe);
      } catch {
        done(false); // the page makes scripts by a policy of its own alone (Trusted Types)
      }
    });
  }

  customElements.define(NAME, Widget);
  if (document.readyState !== "loading") Widget.begin();
  else document.addEventListener("DOMContentLoaded", () => Widget.begin());
})();
