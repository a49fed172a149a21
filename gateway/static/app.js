// What do the pages gain from a script? Comfort only: everything works without it.

import { keepAlive } from "./alive.js";
import { addCopies } from "./copy.js";
import { watchForms } from "./forms.js";
import { watchMenus } from "./menus.js";
import { addToggles } from "./passwords.js";
import { keepCodes } from "./recovery_codes.js";
import { watchTicks } from "./ticks.js";
import { fillTimeZone } from "./time_zone.js";

watchMenus(document);
addToggles(document);
addCopies(document);
watchForms(document);
fillTimeZone(document);
keepCodes(document);
watchTicks(document);
keepAlive(document);
