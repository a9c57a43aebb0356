//! Stage `CheckDuplicateImports`: in version 1 and in strict mode, imports introduce different
//! names.

use std::collections::HashMap;

use crate::analyze::messages;
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::{Import, print};

/// Rejects duplicate import names.
pub(crate) fn run(unit: &mut Unit<'_>) {
    let strict = unit.options.strict;
    for module in unit.modules.iter().filter(|module| module.is_strict(strict)) {
        let mut seen: HashMap<&str, &Import> = HashMap::new();
        for import in &module.imports {
            match seen.get(import.name()) {
                Some(earlier) => {
                    let import_text = print::import(earlier);
                    unit.recoverable.push(messages::import_shadows(import.span, &import_text));
                }
                None => {
                    seen.insert(import.name(), import);
                }
            }
        }
    }
}
