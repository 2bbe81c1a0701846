/**
 * What the page does: it asks for itself again when something happened, and takes over the sections
 * that changed. Focus, open parts and the place where one reads stay. Text comes in as nodes that
 * the browser parsed, in which nothing runs.
 */
export const SCRIPT = `
"use strict";
let token = sessionStorage.getItem("token");
let paused = false, waiting, stop;
const byId = (id) => document.getElementById(id);
const auth = () => token ? { Authorization: "Bearer " + token } : {};
const say = (text) => { const state = byId("state"); if (state && state.textContent !== text) state.textContent = text; };

async function load() {
  const response = await fetch("/", { headers: { ...auth(), Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { ok: response.ok, status: response.status, page };
}

async function refresh() {
  waiting = undefined;
  if (paused || document.hidden) return later(5000);
  try {
    const { ok, status, page } = await load();
    if (ok) {
      page.querySelectorAll("main > section").forEach(take);
      byId("as-of").replaceChildren(...page.getElementById("as-of").childNodes);
      say("live");
    }
    else say(status === 401 ? "the token is no longer good: load the page again" : "no answer: " + status);
  } catch { say("the server does not answer"); }
  later(5000);
}

function take(section) {
  const old = byId(section.id);
  if (!old) return byId("main").append(section);
  if (old.innerHTML === section.innerHTML) return;
  const open = [...old.querySelectorAll("details[id]")].filter((one) => one.open).map((one) => one.id);
  const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
  const tops = new Map([...old.querySelectorAll("pre[id]")].map((one) => [one.id, one.scrollTop]));
  old.replaceChildren(...section.childNodes);
  for (const id of open) if (byId(id)) byId(id).open = true;
  for (const [id, top] of tops) if (byId(id)) byId(id).scrollTop = top;
  if (focus && byId(focus)) byId(focus).focus();
}

function later(ms) {
  if (waiting && waiting.at <= performance.now() + ms) return;
  if (waiting) clearTimeout(waiting.timer);
  waiting = { at: performance.now() + ms, timer: setTimeout(refresh, ms) };
}

async function listen(topics) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 30000)) {
    try {
      const url = "/api/events/stream?follow=1&topics=" + encodeURIComponent(topics);
      const response = await fetch(url, { headers: auth() });
      if (!response.ok) return;
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        wait = 1000;
        if (value.includes(123)) later(500);
      }
    } catch { /* it comes back */ }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function start() {
  const pause = byId("pause");
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    say(paused ? "paused" : "live");
    if (!paused) later(0);
  });
  document.addEventListener("visibilitychange", () => later(0));
  const { topics } = byId("main").dataset;
  if (topics) listen(topics);
  later(5000);
}

async function enter(given) {
  token = given;
  const { ok, page } = await load();
  if (!ok) {
    token = null;
    sessionStorage.removeItem("token");
    byId("problem").textContent = "This token is not known here.";
    return byId("token").focus();
  }
  sessionStorage.setItem("token", given);
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  start();
}

const form = byId("enter");
if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(byId("token").value.trim()).catch(() => { byId("problem").textContent = "The server does not answer."; });
  });
  if (token) enter(token).catch(() => {});
} else start();
`;
