//! The commands that change sources, and the analysis for editors.

use std::path::PathBuf;

use ferrego_compiler::Error;
use ferrego_compiler::format::{self, Formatted};
use ferrego_compiler::frontend::inputs::{File, FileKind};
use ferrego_compiler::frontend::policies::Request;
use ferrego_compiler::frontend::{fix, upgrade};
use ferrego_compiler::ide::{Analysis, Settings};
use ferrego_compiler::lints::Levels;
use ferrego_compiler::source::{RegoVersion, Source};

use super::{Broken, broken, equal};

/// The number of offsets about which an editor asks.
const OFFSETS: usize = 40;
/// The message of a bug of the compiler.
const INTERNAL: &str = "internal error";

/// Edits a text as a YAML file and as a module of both versions.
///
/// # Errors
/// Returns the property of formatting, of fixes or of the analysis that does not hold.
pub fn check(text: &str) -> Result<(), Broken> {
    for version in [RegoVersion::V0, RegoVersion::V1] {
        let formatted = format::format(&Source::new("a.rego", text, version));
        if let Ok(formatted) = formatted {
            let again = format::format(&Source::new("a.rego", &*formatted, version));
            equal("a formatted module stays", &again.ok().as_ref(), &Some(&formatted))?;
        }
        edits(text, FileKind::Rego, version)?;
    }
    if let Ok(Formatted { text: formatted, .. }) = format::format_document("a.yaml", text) {
        let again = format::format_document("a.yaml", &formatted).map(|again| again.text);
        equal("a formatted document stays", &again.ok().as_ref(), &Some(&formatted))?;
    }
    edits(text, FileKind::Yaml, RegoVersion::V0)
}

/// Checks that neither the fixes nor an editor find a bug of the compiler.
fn edits(text: &str, kind: FileKind, version: RegoVersion) -> Result<(), Broken> {
    let file = File { path: PathBuf::from("a"), kind, named: false, text: text.to_owned() };
    let request = Request { version, ..Request::default() };
    let files = std::slice::from_ref(&file);
    is_sound(fix::fix(files, &request, &Levels::default()))?;
    is_sound(upgrade::upgrade(files, &request, &Levels::default()))?;
    let settings = Settings { version, ..Settings::default() };
    let analysis = Analysis::of(&file, &[], &settings, None);
    analysis.symbols();
    let offsets = (0..=text.len()).filter(|offset| text.is_char_boundary(*offset));
    for offset in offsets.step_by(text.len() / OFFSETS + 1) {
        analysis.complete(offset);
        analysis.hover(offset);
        analysis.definitions(offset);
        analysis.references(offset, true);
        if let Ok(location) = analysis.renamable(offset) {
            let name = location.text.get(location.range);
            name.ok_or_else(|| broken(format!("a name outside of the text at {offset}")))?;
            // A new name may clash with another one.
            let _ = analysis.rename(offset, "another");
        }
    }
    Ok(())
}

fn is_sound<T>(result: Result<T, Error>) -> Result<(), Broken> {
    match result {
        Err(error) if error.to_string().contains(INTERNAL) => Err(broken(error.to_string())),
        _ => Ok(()),
    }
}
