// Reaches into the page's own markup, and says so when the two do not fit.

/** @throws Error where the markup has no such element */
export function find<Type extends Element>(
  root: ParentNode,
  selector: string,
  type: new () => Type,
): Type {
  const found = root.querySelector(selector)
  if (found instanceof type) return found
  throw new Error(`the page has no ${selector}`)
}

/** Sets the text where it changed: what stays the same is not announced again. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** The first element of a template, as a new copy. */
export function copyOf(template: HTMLTemplateElement): HTMLElement {
  const copy = template.content.firstElementChild?.cloneNode(true)
  if (copy instanceof HTMLElement) return copy
  throw new Error(`the template ${template.id} is empty`)
}
