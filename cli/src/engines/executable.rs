//! The executable of `ferrego build`: compiled policies with the documents around them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ferrego_compiler::ast::Module;
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::pipeline::{self, Generated, Options};
use ferrego_compiler::template::Template;
use ferrego_gatekeeper::engine::Engine;
use ferrego_runtime::Violations;

use super::build::{self, Crate};
use super::hash;
use super::needed::Unevaluated;
use super::sources::Sources;
use super::toolchain;
use crate::failure::Failure;
use crate::output::visible;

/// The folder of the executable's crate in the cache.
const FOLDER: &str = "executable";

/// The advice if cargo cannot be run or fails.
const HELP: &str = "the crates that serve also need a C compiler";

/// An engine that compiles the templates that it is given, and evaluates nothing.
#[derive(Default)]
pub(crate) struct Compiling(RefCell<BTreeMap<String, Compiled>>);

/// A template, compiled.
struct Compiled {
    kind: Arc<str>,
    generated: Generated,
}

impl Engine for Compiling {
    fn policy(
        &self,
        template: &Template,
        _: &[Module],
    ) -> Result<Arc<dyn Violations>, Diagnostics> {
        let generated = pipeline::compile(&template.sources, &Options::of(template))?;
        // Gatekeeper finds no template of another name for the constraints of the kind.
        if *template.name == template.kind.to_lowercase() {
            let compiled = Compiled { kind: template.kind.clone(), generated };
            self.0.borrow_mut().insert(hash(template), compiled);
        }
        Ok(Arc::new(Unevaluated))
    }
}

/// The contents of an executable besides its policies.
#[derive(Default)]
pub(crate) struct Executable {
    /// The name in its help.
    pub(crate) name: String,
    /// The annotations `title` and `description` of each template, by kind.
    pub(crate) annotations: BTreeMap<String, [String; 2]>,
    /// The documents: file, line and JSON.
    pub(crate) documents: Vec<(String, u32, String)>,
    /// The files, each with the SHA-256 of its content.
    pub(crate) sources: Vec<(String, String)>,
    /// `true` if its server can make a certificate itself.
    pub(crate) self_signed: bool,
}

impl Executable {
    /// Returns the features of `ferrego-program`.
    fn features(&self) -> &'static str {
        if self.self_signed { "self-signed" } else { "serve" }
    }
}

impl Executable {
    /// Builds the executable with the policies of `compiling`, unless the cache has it, and copies it
    /// to `output`.
    pub(crate) fn build(
        &self,
        compiling: Compiling,
        output: &Path,
        quiet: bool,
    ) -> Result<(), Failure> {
        let cache = build::cache()?;
        let unwritable = |error| unwritable(output, &error);
        build::check_writable(output).map_err(unwritable)?;
        let mut compiled: Vec<_> = compiling.0.into_inner().into_iter().collect();
        compiled.sort_by(|(_, a), (_, b)| a.kind.cmp(&b.kind));
        let main = self.main(&compiled);
        let policies: Vec<(String, Generated)> =
            compiled.into_iter().map(|(hash, compiled)| (hash, compiled.generated)).collect();
        let static_target = static_target();
        let identity = toolchain::identity();
        let static_part = static_target.unwrap_or_default();
        let parts = [&*main, env!("FERREGO_TARGET"), static_part, self.features()];
        let parts = parts.into_iter().chain(identity.iter().map(|part| &**part));
        let program = build::path(&cache, parts);
        if !program.exists() {
            let owner = Crate {
                folder: FOLDER,
                main,
                manifest: &|sources| manifest(&policies, self.features(), sources),
                static_target,
                help: HELP,
            };
            build::build(&policies, &owner, &cache, &program, quiet)?;
        }
        build::replace(&program, output).map_err(unwritable)
    }

    fn main(&self, policies: &[(String, Compiled)]) -> String {
        let none = [String::new(), String::new()];
        let mut text = "// Written by ferrego; changes will be lost.\n\n\
                        static CONTENTS: ferrego_program::Contents = ferrego_program::Contents {\n"
            .to_owned();
        // Writing to a string does not fail. Text in quotes has Rust's escapes.
        let _ = writeln!(text, "    name: {:?},\n    policies: &[", self.name);
        for (hash, Compiled { kind, generated }) in policies {
            let module = &generated.module;
            let [title, description] = self.annotations.get(&**kind).unwrap_or(&none);
            let _ = writeln!(
                text,
                "        ferrego_program::Template {{\n            \
                 policy: &ferrego_policy_{hash}::{module}::POLICY,\n            \
                 title: {title:?},\n            description: {description:?},\n        }},"
            );
        }
        text.push_str("    ],\n    documents: &[\n");
        for (file, line, json) in &self.documents {
            let fields = format!("file: {file:?}, line: {line}, json: {json:?}");
            let _ = writeln!(text, "        ferrego_program::Embedded {{ {fields} }},");
        }
        text.push_str("    ],\n    sources: &[\n");
        for (path, sha256) in &self.sources {
            let fields = format!("path: {path:?}, sha256: {sha256:?}");
            let _ = writeln!(text, "        ferrego_program::SourceFile {{ {fields} }},");
        }
        text.push_str(
            "    ],\n};\n\nfn main() -> std::process::ExitCode {\n    \
             ferrego_program::main(&CONTENTS)\n}\n",
        );
        text
    }
}

/// Returns the target of this command, if programs for it are linked statically on demand: with the
/// GNU C library, whose static form need not be installed. With musl, they always are.
fn static_target() -> Option<&'static str> {
    let target = env!("FERREGO_TARGET");
    if !target.ends_with("-linux-gnu") {
        return None;
    }
    let output = Command::new("cc").arg("-print-file-name=libc.a").output().ok()?;
    // Without the library, the compiler prints only its name.
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    (path.is_absolute() && path.exists()).then_some(target)
}

/// Returns the executable's manifest. The code that runs for each review is compiled to run fast, and
/// all other code to be small. A panic must not end a server, so panics unwind.
fn manifest(policies: &[(String, Generated)], features: &str, sources: &Sources) -> String {
    let names: Vec<String> =
        policies.iter().map(|(hash, _)| format!("ferrego-policy-{hash}")).collect();
    let levels = FAST.iter().copied().chain(names.iter().map(|name| &**name));
    format!(
        "# Written by ferrego; changes will be lost.\n\
         [package]\nname = {:?}\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\n{}\n{}\n\
         [profile.release]\nopt-level = \"s\"\nlto = \"fat\"\ncodegen-units = 1\nstrip = true\n\
         debug = false\n{}",
        Crate::package(FOLDER),
        sources.dependency("ferrego-program", "program", &format!(", features = [{features:?}]")),
        build::dependencies(policies),
        build::levels(levels.map(|name| (name, 3))),
    )
}

/// The crates whose code runs for each review.
const FAST: [&str; 17] = [
    "aho-corasick",
    "arc-swap",
    "bumpalo",
    "bytes",
    "ferrego-gatekeeper",
    "ferrego-runtime",
    "ferrego-webhook",
    "http",
    "httparse",
    "hyper",
    "hyper-util",
    "memchr",
    "ring",
    "rustls",
    "tokio",
    "tokio-rustls",
    "regex-automata",
];

fn unwritable(output: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot write {}: {error}", visible(&output.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled() -> (String, Compiled) {
        let generated = Generated { rust: "pub mod p {}".to_owned(), module: "p".to_owned() };
        ("a1".to_owned(), Compiled { kind: "P".into(), generated })
    }

    #[test]
    fn the_contents_are_literals_of_rust() {
        let executable = Executable {
            name: "policies".to_owned(),
            annotations: [("P".to_owned(), ["a \"title\"".to_owned(), String::new()])].into(),
            documents: vec![("c.yaml".to_owned(), 7, "{\"a\": \"\u{202e}\\n\"}".to_owned())],
            sources: vec![("c.yaml".to_owned(), "ff".to_owned())],
            self_signed: false,
        };
        let main = executable.main(&[compiled()]);
        for line in [
            r#"    name: "policies","#,
            "            policy: &ferrego_policy_a1::p::POLICY,",
            r#"            title: "a \"title\"","#,
            r#"        ferrego_program::Embedded { file: "c.yaml", line: 7, json: "{\"a\": \"\u{202e}\\n\"}" },"#,
            r#"        ferrego_program::SourceFile { path: "c.yaml", sha256: "ff" },"#,
        ] {
            assert!(main.lines().any(|found| found == line), "{line}\n{main}");
        }
    }

    #[test]
    fn policies_are_compiled_to_run_fast() {
        let policies = [("a1".to_owned(), compiled().1.generated)];
        let manifest = manifest(&policies, "self-signed", &Sources::Registry);
        for part in [
            ", features = [\"self-signed\"] }\n",
            "ferrego-policy-a1 = { path = \"../policies/a1\" }\n",
            "[profile.release.package.ferrego-policy-a1]\nopt-level = 3\n",
            "[profile.release.package.ferrego-runtime]\nopt-level = 3\n",
        ] {
            assert!(manifest.contains(part), "{manifest}");
        }
    }
}
