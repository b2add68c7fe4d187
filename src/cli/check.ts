import { checkDataFolder } from '../config/check-data-folder.js';
import { problemText } from '../config/problem-text.js';
import { messageOf } from '../base/errors.js';
import { DEVICE_SECTIONS } from '../control/device-sections.js';
import { DOCUMENT_CHECKS } from '../control/document-checks.js';

/** `sipsiren check`: what is wrong with a data folder, one line each. Resolves with 0 when nothing is. */
export async function checkFolder(folder: string, print: (line: string) => void): Promise<number> {
  try {
    const problems = await checkDataFolder(folder, { sections: DEVICE_SECTIONS, checks: DOCUMENT_CHECKS });
    for (const problem of problems) print(problemText(problem));
    print(
      problems.length === 0
        ? `${folder}: the configuration is good.`
        : `${folder}: ${problems.length} to mend.`,
    );
    return problems.length === 0 ? 0 : 1;
  } catch (error) {
    print(`${folder}: ${messageOf(error)}`);
    return 1;
  }
}
