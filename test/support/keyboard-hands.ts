import type { Locator, Page } from "playwright-core";

/** Further than this nobody tabs; the way is shorter from where the work is. */
const mostSteps = 160;

/** Somebody who has no mouse: gets everywhere with Tab, arrows, Space and Enter, and would be caught with a pointer. */
export class KeyboardHands {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async on(page: Page): Promise<KeyboardHands> {
    await page.addInitScript(() => {
      Object.assign(globalThis, { pointers: 0 });
      for (const kind of ["pointerdown", "mousedown"]) {
        addEventListener(kind, () => Object.assign(globalThis, { pointers: Reflect.get(globalThis, "pointers") + 1 }), {
          capture: true,
        });
      }
    });
    return new KeyboardHands(page);
  }

  /** Tabs until the element has the focus. @throws Error with where it got when it is never reached */
  async reach(target: Locator, back = false): Promise<void> {
    await target.first().waitFor();
    for (let steps = 0; steps < mostSteps; steps++) {
      if (await this.isOn(target)) return;
      await this.page.keyboard.press(back ? "Shift+Tab" : "Tab");
    }
    throw new Error(`the keyboard does not get to ${target}: it stands on ${await this.where()}`);
  }

  async press(target: Locator, key = "Enter"): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.press(key);
  }

  async write(target: Locator, text: string): Promise<void> {
    await this.reach(target);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  /** A radio button: Tab to its group, then the arrows. */
  async choose(radio: Locator): Promise<void> {
    await radio.first().waitFor();
    const name = await radio.first().getAttribute("name");
    const group = this.page.locator(`input[type=radio][name="${name}"]`);
    await this.reachOne(group);
    for (let steps = 0; steps < 20; steps++) {
      if (await this.isOn(radio)) {
        if (!(await radio.first().isChecked())) await this.page.keyboard.press("Space");
        return;
      }
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error(`the arrows do not get to ${radio}`);
  }

  /** How often a pointer was pressed since the page was opened: never. */
  pointers(): Promise<number> {
    return this.page.evaluate(() => Number(Reflect.get(globalThis, "pointers")));
  }

  private async reachOne(group: Locator): Promise<void> {
    for (let steps = 0; steps < mostSteps; steps++) {
      if ((await group.and(this.page.locator(":focus")).count()) > 0) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not get to ${group}: it stands on ${await this.where()}`);
  }

  private async isOn(target: Locator): Promise<boolean> {
    return (await target.first().and(this.page.locator(":focus")).count()) > 0;
  }

  private where(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? "nothing");
  }
}
