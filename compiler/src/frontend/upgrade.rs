//! Rewrites v0 to v1: plain modules, and templates with their libraries.
//!
//! First the safe fixes are applied, because v1 has no deprecated builtins. Then each policy is checked by the
//! rules of v1. A file in which one has a fault stays as it is, and so do all plain modules if one of
//! them has a fault: they are one policy. The others are rewritten by [`format::upgrade`] and
//! [`format::upgrade_document`].
//!
//! The rewritten policies are read and analyzed again. Their `hir` must be that of the fixed source.
//! Therefore no answer changes.

use std::collections::HashSet;

use super::Error;
use super::fix::{self, Fixed};
use super::inputs::{File, FileKind};
use super::policies::{self, Policies, Policy, Request};
use crate::diagnostics::{Diagnostics, Notice};
use crate::format;
use crate::lints::Levels;
use crate::pipeline;
use crate::source::{RegoVersion, Source};

/// Applies the safe fixes in `files`, and rewrites them to v1. Plain modules are v0 if they are valid
/// v0.
///
/// # Errors
///
/// Returns the errors of [`fix::fix`].
pub fn upgrade(files: &[File], request: &Request, levels: &Levels) -> Result<Fixed, Error> {
    let request = Request { v0_first: true, version: RegoVersion::V1, ..request.clone() };
    let Fixed { texts, mut notices } = fix::fix(files, &request, levels)?;
    let fixed: Vec<File> =
        files.iter().zip(texts).map(|(file, text)| File { text, ..file.clone() }).collect();
    let (before, source) = (Policies::find(&fixed, &request)?, Policies::find(files, &request)?);
    let mut refused = Refused::default();
    for report in &before.reports {
        refused.add(&report.sources);
    }
    for (policy, source) in before.policies.iter().zip(&source.policies) {
        if let Err(faults) = refusal(policy, source) {
            refused.add(&policy.sources);
            refused.modules |= !policy.options.template;
            notices.extend(
                faults.into_iter().filter(|fault| !notices.contains(fault)).collect::<Vec<_>>(),
            );
        }
    }
    let mut texts: Vec<String> = Vec::with_capacity(files.len());
    let mut results = Vec::with_capacity(files.len());
    for (file, original) in fixed.iter().zip(files) {
        let result =
            if refused.has(file) { None } else { rewrite(file, original, &request, &mut notices) };
        refused.modules |= result.is_none() && file.kind == FileKind::Rego;
        results.push(result);
    }
    for (result, file) in results.into_iter().zip(files) {
        let stays = file.kind == FileKind::Rego && refused.modules;
        texts.push(result.filter(|_| !stays).unwrap_or_else(|| file.text.clone()));
    }
    check(files, &fixed, &texts, &request)?;
    Ok(Fixed { texts, notices })
}

/// The files that stay as they are.
#[derive(Default)]
struct Refused {
    names: HashSet<String>,
    /// `true` if plain modules stay as they are.
    modules: bool,
}

impl Refused {
    fn add(&mut self, sources: &[Source]) {
        for source in sources {
            self.names.insert(fix::file_name(source));
        }
    }

    fn has(&self, file: &File) -> bool {
        let is_module = file.kind == FileKind::Rego;
        is_module && self.modules || self.names.contains(&*file.path.to_string_lossy())
    }
}

/// Returns the faults that a policy has in v1, with their places in the source before the fixes.
fn refusal(policy: &Policy, source: &Policy) -> Result<(), Vec<Notice>> {
    let Err(faults) = pipeline::check_as_v1(&policy.sources, &policy.options) else {
        return Ok(());
    };
    let notices = |faults: &Diagnostics, policy: &Policy| faults.notices(&policy.sources);
    let Err(all) = pipeline::check_as_v1(&source.sources, &source.options) else {
        return Err(notices(&faults, policy));
    };
    // The fixes may have moved lines, and have removed some of the faults.
    let remain = all.0.into_iter().filter(|one| {
        faults.0.iter().any(|other| one.code == other.code && one.message == other.message)
    });
    let remain = Diagnostics(remain.collect());
    Err(if remain.0.is_empty() { notices(&faults, policy) } else { notices(&remain, source) })
}

/// Returns the text of a file in v1, or `None` if it stays as it is, with the reasons in `notices`.
fn rewrite(
    file: &File,
    original: &File,
    request: &Request,
    notices: &mut Vec<Notice>,
) -> Option<String> {
    match rewritten(file, request) {
        Ok((text, warnings)) => {
            notices.extend(warnings);
            Some(text)
        }
        Err(faults) => {
            // The fixes may have moved lines.
            notices.extend(rewritten(original, request).err().unwrap_or(faults));
            None
        }
    }
}

fn rewritten(file: &File, request: &Request) -> Result<(String, Vec<Notice>), Vec<Notice>> {
    match file.kind {
        FileKind::Rego => {
            let source = policies::module(file, request);
            if source.version == RegoVersion::V1 {
                return Ok((file.text.clone(), Vec::new()));
            }
            let text = format::upgrade(&source);
            text.map(|text| (text, Vec::new())).map_err(|faults| faults.notices(&[source]))
        }
        FileKind::Yaml => {
            let name = file.path.to_string_lossy();
            let result = format::upgrade_document(&name, &file.text, &mut format::upgrade)?;
            Ok((result.text, result.warnings))
        }
    }
}

/// Checks that the rewritten policies are those of the source.
fn check(files: &[File], fixed: &[File], texts: &[String], request: &Request) -> Result<(), Error> {
    let with_text = |(file, text): (&File, &String)| File { text: text.clone(), ..file.clone() };
    let after: Vec<File> = files.iter().zip(texts).map(with_text).collect();
    // Files that stay as they are have no fixes.
    let stays = |(index, file): (usize, &File)| {
        let unchanged = texts.get(index).is_some_and(|text| *text == file.text);
        if unchanged { file.clone() } else { fixed.get(index).unwrap_or(file).clone() }
    };
    let before: Vec<File> = files.iter().enumerate().map(stays).collect();
    let rewritten = files.iter().zip(texts);
    let mut modules = rewritten.filter(|(file, _)| file.kind == FileKind::Rego);
    let in_v1 = modules.any(|(file, text)| *text != file.text);
    let version = Request { v0_first: !in_v1, ..request.clone() };
    fix::check(&Policies::find(&before, request)?, &Policies::find(&after, &version)?)
}
