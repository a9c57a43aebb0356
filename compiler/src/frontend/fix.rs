//! Applies the fixes of lints that are marked safe.
//!
//! ```text
//! import data.lib.names            package a
//!                            →
//! p { re_match("a", input.x) }     p { regex.match("a", input.x) }
//! ```
//!
//! The fixed policies are compiled again. Their `hir`, in which all names are resolved, must be that of
//! the source, except for names of variables and for the replaced builtins. Therefore no answer
//! changes.

use std::collections::{BTreeSet, HashMap};

use super::Error;
use super::inputs::{File, FileKind};
use super::policies::{self, Policies, Policy, Request};
use crate::diagnostics::{Diagnostics, Edit, Notice};
use crate::format;
use crate::hir;
use crate::lints::Levels;
use crate::pipeline;
use crate::source::{Source, Span};

/// The maximum number of rounds. Each applies the fixes that do not overlap.
const ROUNDS: usize = 32;

/// The builtins that fixes replace, with the builtins in their place.
const REPLACED: [(&str, &str); 2] =
    [("re_match", "regex.match"), ("net.cidr_overlap", "net.cidr_contains")];

/// The fixed texts of files.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The texts, in the order of the files.
    pub texts: Vec<String>,
    /// The faults of policies, which stay as they are, and warnings about Rego that cannot be
    /// changed.
    pub notices: Vec<Notice>,
}

/// Applies the safe fixes in `files` until none is left.
///
/// # Errors
///
/// Returns an error if the files have no policy.
pub fn fix(files: &[File], request: &Request, levels: &Levels) -> Result<Fixed, Error> {
    let before = Policies::find(files, request)?;
    let mut notices = faults(&before, levels);
    let mut fixed = files.to_vec();
    for _ in 0..ROUNDS {
        let edits = Edits::of(&Policies::find(&fixed, request)?, levels);
        let mut changed = false;
        for file in &mut fixed {
            let text = edits.apply(file, request, &mut notices);
            changed |= text != file.text;
            file.text = text;
        }
        if !changed {
            break;
        }
    }
    let after = Policies::find(&fixed, request)?;
    restore(files, &mut fixed, &changed(&before, &after)?, &mut notices);
    Ok(Fixed { texts: fixed.into_iter().map(|file| file.text).collect(), notices })
}

/// Returns the faults of the policies, which the lints do not look at.
fn faults(policies: &Policies, levels: &Levels) -> Vec<Notice> {
    let reports = policies.reports.iter();
    let mut notices: Vec<Notice> =
        reports.flat_map(|report| report.diagnostics.notices(&report.sources)).collect();
    for Policy { sources, options } in &policies.policies {
        if let Err(found) = pipeline::lint(sources, options, levels) {
            notices.extend(found.notices(sources));
        }
    }
    notices
}

/// The edits of modules, by the place at which the module begins.
struct Edits(HashMap<String, Vec<Edit>>);

impl Edits {
    fn of(policies: &Policies, levels: &Levels) -> Self {
        let mut edits: HashMap<String, Vec<Edit>> = HashMap::new();
        for Policy { sources, options } in &policies.policies {
            let findings = pipeline::lint(sources, options, levels).unwrap_or_default();
            let fixes = findings.0.into_iter().filter_map(|finding| finding.fix);
            for fix in fixes.filter(|fix| fix.safe) {
                let source = fix.edits.first().map(|edit| edit.span.source.0 as usize);
                if let Some(source) = source.and_then(|source| sources.get(source)) {
                    edits.entry(begin(source)).or_default().extend(fix.edits);
                }
            }
        }
        Self(edits)
    }

    /// Returns the text of a file with the edits of its modules.
    fn apply(&self, file: &File, request: &Request, notices: &mut Vec<Notice>) -> String {
        let name = file.path.to_string_lossy();
        match file.kind {
            FileKind::Rego => self.module(&policies::module(file, request)),
            FileKind::Yaml => {
                let change = &mut |source: &Source| Ok::<_, Diagnostics>(self.module(source));
                match format::rewrite(&name, &file.text, change) {
                    Ok(rewritten) => {
                        let new = |notice: &Notice| !notices.contains(notice);
                        let new: Vec<Notice> = rewritten.warnings.into_iter().filter(new).collect();
                        notices.extend(new);
                        rewritten.text
                    }
                    // The faults of the file are reported already.
                    Err(_) => file.text.clone(),
                }
            }
        }
    }

    /// Returns the text of a module with its edits. Of edits that overlap, the first is applied.
    fn module(&self, source: &Source) -> String {
        let mut edits: Vec<&Edit> = self.0.get(&begin(source)).into_iter().flatten().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        let mut text = String::with_capacity(source.text.len());
        let mut end = 0;
        for edit in edits {
            let (start, stop) = (edit.span.start as usize, edit.span.end as usize);
            let Some(kept) = source.text.get(end..start) else { continue };
            text.push_str(kept);
            text.push_str(&edit.text);
            end = stop;
            if edit.text.is_empty() {
                end = remove_line(&source.text, &mut text, stop);
            }
        }
        text.push_str(source.text.get(end..).unwrap_or_default());
        text
    }
}

/// Removes the rest of a line that is blank, with one of the blank lines around it, and the space before a comment that is alone on its line.
/// Returns the offset at which the text continues.
fn remove_line(source: &str, text: &mut String, end: usize) -> usize {
    let own = text.rsplit('\n').next().unwrap_or_default();
    let rest = source.get(end..).unwrap_or_default();
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    if !own.trim().is_empty() {
        return end;
    }
    let content = line.trim_start();
    if content.is_empty() {
        text.truncate(text.len() - own.len());
        let next = rest.get(line.len()..).unwrap_or_default();
        let blank = next.split_inclusive('\n').next().unwrap_or_default();
        let doubled = text.ends_with("\n\n") && blank.trim().is_empty();
        return end + line.len() + if doubled { blank.len() } else { 0 };
    }
    if content.starts_with('#') { end + line.len() - content.len() } else { end }
}

/// Returns the place at which a module begins.
fn begin(source: &Source) -> String {
    source.place(Span::default()).to_string()
}

/// Checks that the fixed policies are those of the source.
pub(super) fn check(before: &Policies, after: &Policies) -> Result<(), Error> {
    if changed(before, after)?.is_empty() { Ok(()) } else { Err(Error::Fix) }
}

/// Returns the names of the files with a policy that the fixes changed.
fn changed(before: &Policies, after: &Policies) -> Result<BTreeSet<String>, Error> {
    if before.policies.len() != after.policies.len() {
        return Err(Error::Fix);
    }
    let differs = |(one, other): &(&Policy, &Policy)| match (program(one), program(other)) {
        (Some(one), Some(other)) => one != other,
        // A policy with faults has no findings, and is unchanged.
        (None, _) => texts(one) != texts(other),
        (Some(_), None) => true,
    };
    let pairs = before.policies.iter().zip(&after.policies).filter(differs);
    Ok(pairs.flat_map(|(policy, _)| policy.sources.iter().map(file_name)).collect())
}

/// Takes the fixes of the named files back, and reports it.
fn restore(
    files: &[File],
    fixed: &mut [File],
    names: &BTreeSet<String>,
    notices: &mut Vec<Notice>,
) {
    for (file, fixed) in files.iter().zip(fixed) {
        let name = file.path.to_string_lossy();
        if names.contains(&*name) {
            fixed.text.clone_from(&file.text);
            let message = format!(
                "internal error: the fixes would change the answers of a policy in {name}; the \
                 file stays as it is"
            );
            notices.push(Notice::error("", message));
        }
    }
}

/// Returns the name of the file that has a source.
pub(super) fn file_name(source: &Source) -> String {
    source.origin.as_ref().map_or(&source.name, |origin| &origin.name).to_string()
}

fn texts(policy: &Policy) -> Vec<&str> {
    policy.sources.iter().map(|source| &*source.text).collect()
}

/// Returns the program of a policy without names of variables and replaced builtins, or `None` if
/// the policy has faults.
fn program(policy: &Policy) -> Option<String> {
    let program = pipeline::check(&policy.sources, &policy.options).ok()?;
    let mut text = String::new();
    let mut name = String::new();
    for character in hir::print::print(&program).chars() {
        let is_name = character.is_alphanumeric() || matches!(character, '_' | '.' | '~');
        if is_name {
            name.push(character);
            continue;
        }
        let kept = match character {
            '#' => "",
            _ => REPLACED.iter().find(|(old, _)| *old == name).map_or(&*name, |(_, new)| new),
        };
        text.push_str(kept);
        text.push(character);
        name.clear();
    }
    text.push_str(&name);
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::source::RegoVersion;

    fn policies(rules: &str) -> Policies {
        let text = format!("package p\n{rules}\n");
        let file = File { path: PathBuf::from("p.rego"), kind: FileKind::Rego, named: true, text };
        let request = Request { version: RegoVersion::V0, ..Request::default() };
        Policies::find(&[file], &request).expect("a policy")
    }

    #[test]
    fn a_changed_policy_keeps_its_file_and_the_others_are_fixed() {
        let file = |name: &str, text: &str| File {
            path: PathBuf::from(name),
            kind: FileKind::Rego,
            named: true,
            text: text.to_owned(),
        };
        let files = [file("a.rego", "package a\np { true }"), file("b.rego", "package b")];
        let mut fixed = [file("a.rego", "package a\np { false }"), file("b.rego", "package c")];
        let names = changed(&policies("p { input.x }"), &policies("p { input.y }"));
        assert_eq!(names.expect("one policy in both"), BTreeSet::from(["p.rego".to_owned()]));
        let mut notices = Vec::new();
        restore(&files, &mut fixed, &BTreeSet::from(["a.rego".to_owned()]), &mut notices);
        assert_eq!(fixed.map(|file| file.text), ["package a\np { true }", "package c"]);
        let told: Vec<String> = notices.iter().map(|notice| notice.render(false)).collect();
        assert!(told.len() == 1 && told[0].contains("in a.rego"), "{told:?}");
    }

    #[test]
    fn only_names_of_variables_and_replaced_builtins_may_change() {
        let source = "import data.a\np { x := input.x; re_match(\"a\", x) }";
        for same in [
            "import data.a\np { y := input.x; re_match(\"a\", y) }",
            "p { x := input.x; regex.match(\"a\", x) }",
        ] {
            assert!(check(&policies(source), &policies(same)).is_ok(), "{same}");
        }
        for other in [
            "import data.a\np { x := input.y; re_match(\"a\", x) }",
            "import data.a\np { x := input.x; startswith(\"a\", x) }",
            "import data.a\np { x := input.x; re_match(x, \"a\") }",
            "import data.a\np { x := input.x; not re_match(\"a\", x) }",
            "import data.a\np { x := input.x; re_match(\"a\", z) }",
            "import data.a\nq { x := input.x; re_match(\"a\", x) }",
        ] {
            assert!(
                matches!(check(&policies(source), &policies(other)), Err(Error::Fix)),
                "{other}"
            );
        }
    }
}
