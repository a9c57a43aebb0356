//! `ferrego explain`: the page about a code.

use std::sync::LazyLock;

use ferrego_compiler::diagnostics::Code;
use ferrego_compiler::explain;

use crate::arguments::Explain;
use crate::failure::Failure;
use crate::output::stdout;

/// The pages about the codes of files, constraints and evaluations, one below the other.
const PAGES: &str = include_str!("pages.md");

/// The codes in [`PAGES`], each with its page.
static COMMANDS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let starts = || PAGES.match_indices("# ").map(|(at, _)| at).filter(|&at| is_title(at));
    let ends = starts().skip(1).chain([PAGES.len()]);
    let page = |(start, end): (usize, usize)| {
        let page = PAGES.get(start..end)?.trim_end();
        Some((page.lines().next()?.strip_prefix("# ")?, page))
    };
    starts().zip(ends).filter_map(page).collect()
});

/// Returns `true` if a line begins at `at` in [`PAGES`].
fn is_title(at: usize) -> bool {
    at == 0 || PAGES.as_bytes().get(at - 1) == Some(&b'\n')
}

/// Prints the page that explains a code, or a list of all codes.
pub(crate) fn explain(command: &Explain) -> Result<(), Failure> {
    let Some(code) = &command.code else { return list() };
    let spelled = |name: &str| name.replace(' ', "-").to_ascii_lowercase();
    let own = COMMANDS.iter().find(|(known, _)| spelled(known) == spelled(code));
    if let Some((_, page)) = own {
        return stdout(|to| writeln!(to, "{page}"));
    }
    let page = explain::page(code).map_err(|error| Failure::usage(error.to_string()))?;
    stdout(|to| to.write_all(page.as_bytes()))
}

/// Prints all codes, those of lints with their group and what they find.
fn list() -> Result<(), Failure> {
    stdout(|to| {
        for code in explain::codes() {
            match code {
                Code::Lint(lint) => {
                    writeln!(to, "{:28} {:14} {}", lint.name, lint.group.as_str(), lint.summary)?;
                }
                error => writeln!(to, "{:28} error", error.as_str())?,
            }
        }
        COMMANDS.iter().try_for_each(|(code, _)| writeln!(to, "{code:28} error or warning"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use ferrego_gatekeeper::fault::FaultCode;
    use ferrego_runtime::error::ErrorCode;

    use super::*;

    fn is_explained(code: &str) -> bool {
        COMMANDS.iter().any(|(known, _)| *known == code) || explain::page(code).is_ok()
    }

    #[test]
    fn each_code_of_documents_and_evaluations_has_a_page() {
        for code in FaultCode::ALL {
            assert!(is_explained(code.as_str()), "{}", code.as_str());
        }
        for code in ErrorCode::ALL {
            assert!(is_explained(code.as_str()), "{}", code.as_str());
        }
    }

    #[test]
    fn each_code_in_the_recorded_output_has_a_page() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
        let mut found = 0;
        for entry in fs::read_dir(folder).expect("the snapshots") {
            let text = fs::read_to_string(entry.expect("a snapshot").path()).expect("text");
            let lines = text.lines().filter_map(|line| {
                let after =
                    ["error[", "warning["].iter().find_map(|start| line.strip_prefix(start));
                Some(after?.split_once("]: ")?.0)
            });
            for code in lines {
                assert!(is_explained(code), "{code}");
                found += 1;
            }
        }
        assert!(found > 20, "{found}");
    }
}
