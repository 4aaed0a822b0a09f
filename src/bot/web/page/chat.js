// @ts-check

/** @typedef {{ id: string, html: string, choices: { id: string, label: string }[] }} Message */
/** @typedef {{ text: string } | { choice: string }} Content */

/** A phone's keyboard would cover what there is to read. */
const touch = matchMedia('(pointer: coarse)').matches;
/** The server answers within milliseconds; what takes longer is lost on the way. */
const LONGEST_WAIT_MS = 15_000;
/** Longer labels are questions, and read best one below the other. */
const SHORT_LABEL = 30;

const log = /** @type {HTMLOListElement} */ (document.querySelector('#log'));
const form = /** @type {HTMLFormElement} */ (document.querySelector('#composer'));
const field = /** @type {HTMLTextAreaElement} */ (document.querySelector('#text'));
const problem = /** @type {HTMLParagraphElement} */ (document.querySelector('#problem'));

const roles = /** @type {HTMLElement} */ (document.querySelector('#roles'));

const visitor = localStorage.getItem('user') ?? newUser();
/** Somebody of the sample data, as long as this tab is open. */
const user = sessionStorage.getItem('role') ?? visitor;

function newUser() {
  // crypto.randomUUID exists only on https and localhost; the page may be served on a local network by http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  localStorage.setItem('user', id);
  return id;
}

/**
 * @param {string} className
 * @param {string} speaker said by screen readers only
 */
function newItem(className, speaker) {
  const item = document.createElement('li');
  item.className = className;
  const name = document.createElement('span');
  name.className = 'unseen';
  name.textContent = speaker;
  item.append(name);
  return item;
}

/** @param {HTMLElement} item */
function append(item) {
  log.append(item);
  item.scrollIntoView({ block: 'start' });
}

/** @param {string} text */
function showMine(text) {
  const item = newItem('message mine', 'Đồng chí: ');
  item.append(text);
  append(item);
}

/** @param {Message} message */
function showReply({ html, choices }) {
  const item = newItem('message', 'Sổ tay: ');
  item.insertAdjacentHTML('beforeend', html); // made by the server from its own Markdown, with every foreign tag escaped
  if (choices.length > 0) {
    const group = document.createElement('div');
    group.className = 'choices';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Lựa chọn');
    for (const { id, label } of choices) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.classList.toggle('long', label.length > SHORT_LABEL);
      button.addEventListener('click', () => void send({ choice: id }, label));
      group.append(button);
    }
    item.append(group);
  }
  append(item);
}

/**
 * @param {Content} content
 * @returns {Promise<{ replies: Message[] } | { error: string }>}
 */
async function post(content) {
  try {
    const response = await fetch('/chat/messages', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, ...content }),
      signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    });
    return await response.json();
  } catch {
    return { error: 'Không gửi được. Đồng chí kiểm tra mạng rồi gửi lại.' };
  }
}

/** What is on its way: Enter or a button that is pressed twice is sent once. */
const pending = new Set();

/**
 * @param {Content} content
 * @param {string} shown what the person sees of it, empty for nothing
 * @returns {Promise<boolean>} whether it arrived
 */
async function send(content, shown) {
  const key = JSON.stringify(content);
  if (pending.has(key)) return false;
  pending.add(key);
  problem.hidden = true;
  const waiting = document.createElement('li');
  waiting.className = 'waiting';
  waiting.textContent = 'Đang tìm…';
  if (shown !== '') {
    log.append(waiting);
    waiting.scrollIntoView({ block: 'end' });
  }
  const answer = await post(content);
  pending.delete(key);
  waiting.remove();
  if ('error' in answer) {
    problem.textContent = answer.error;
    problem.hidden = false;
    return false;
  }
  if (shown !== '') showMine(shown);
  for (const reply of answer.replies) showReply(reply);
  return true;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (text === '') return;
  // What was typed stays until it has arrived.
  void send({ text }, text).then((arrived) => {
    if (arrived && field.value.trim() === text) field.value = '';
    if (arrived && touch) field.blur();
    else field.focus();
  });
});

field.addEventListener('keydown', (event) => {
  // While a Vietnamese keyboard composes, Enter belongs to it.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

/** Offers to be somebody of the sample data, where there is one. */
async function offerRoles() {
  const response = await fetch('/chat/roles');
  /** @type {{ roles: { user: string, label: string }[] }} */
  const offered = await response.json();
  if (offered.roles.length === 0) return;
  for (const role of [{ user: visitor, label: 'Người mới' }, ...offered.roles]) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = role.label;
    button.setAttribute('aria-pressed', String(role.user === user));
    button.addEventListener('click', () => {
      if (role.user === visitor) sessionStorage.removeItem('role');
      else sessionStorage.setItem('role', role.user);
      location.reload();
    });
    roles.append(button);
  }
  roles.hidden = false;
}

const events = new EventSource(`/chat/events?user=${encodeURIComponent(user)}`);
events.addEventListener('message', (event) => showReply(JSON.parse(event.data)));

if (!touch) field.focus();
void send({ text: '/start' }, '');
offerRoles().catch(() => undefined); // without the offer everything works
