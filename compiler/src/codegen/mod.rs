//! Prints a program as Rust: a module with one function per rule, with the Rego above it.
//!
//! Printing makes no decisions. The module names only `ferrego_runtime::codegen_support`, needs no
//! prelude, and is laid out as rustfmt does. Equal programs become equal bytes.

mod allows;
mod block;
mod collect;
mod comment;
mod condition;
mod constant;
mod exists;
mod expr;
mod features;
mod first;
mod format;
mod frame;
mod function;
mod fused;
mod guard;
mod join;
mod jump;
mod layout;
mod lazy;
mod literal;
mod locals;
mod names;
mod operator;
mod pattern;
mod place;
mod plain;
mod region;
mod returned;
mod shorten;
mod switch;
mod walk;
mod with;
mod yields;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt::Write as _;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::quote;

use crate::ir::{FunctionId, Program, ReturnKind, cost::Costs, depth};
use crate::observe::Observe;
use crate::source::{Lines, Source, Span};
use crate::template::Constraints;

use constant::Constants;
use features::Features;
use names::Names;

/// The version of `ferrego_runtime::codegen_support` that the code needs.
const RUNTIME_VERSION: u32 = ferrego_runtime::codegen_support::VERSION;

/// The name of the printed module, and the names that it uses.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the policy, from which the name of the module is derived.
    pub name: String,
    /// The path of the runtime crate in the user's crate.
    pub runtime: String,
    /// The kind and the schema of the template's constraints.
    pub constraints: Option<Constraints>,
    /// The lines of the module's documentation that describe the policy.
    pub about: Vec<String>,
}

impl Options {
    /// Returns options for the policy `name` and the runtime under its own name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            runtime: "::ferrego_runtime".to_owned(),
            constraints: None,
            about: Vec::new(),
        }
    }
}

/// The state while a program is printed.
struct Printer<'p> {
    program: &'p Program,
    sources: &'p [Source],
    /// The files of the sources, each with the constant that names it.
    files: Vec<(&'p str, Ident)>,
    /// The lines of the sources.
    lines: Vec<Lines>,
    functions: Vec<Ident>,
    /// The names of the functions that compute the memoized values of functions in long chains.
    computations: Vec<Option<Ident>>,
    /// The costs of functions and loop bodies, which charge the budget of the evaluation.
    costs: Costs<'p>,
    /// For each function, the length of the longest chain of calls that begins with it.
    depths: Vec<usize>,
    /// The constants of the entry points.
    entries: Vec<Ident>,
    /// The statics of the patterns.
    patterns: Vec<Ident>,
    /// The statics of the indexes.
    joins: Vec<Ident>,
    constants: RefCell<Constants>,
    features: Features,
    /// `true` if the code looks fields up by the methods of `rt::Fields`.
    reads_fields: Cell<bool>,
}

/// Prints a program as the text of a Rust module.
///
/// # Errors
/// Returns a message if the printed text is not valid Rust, which is a bug in this compiler.
pub fn generate(
    program: &Program,
    sources: &[Source],
    options: &Options,
) -> Result<String, String> {
    generate_observed(program, sources, options, &mut |_| ())
}

/// Prints a program like [`generate`], and reports the end of each stage.
///
/// # Errors
/// Returns the errors of [`generate`].
pub fn generate_observed(
    program: &Program,
    sources: &[Source],
    options: &Options,
    observe: Observe<'_>,
) -> Result<String, String> {
    let mut names = Names::of_module();
    let functions = function_names(program, &mut names);
    let depths = depth::depths(program);
    let computations = computation_names(program, &functions, &depths, &mut names);
    let entries = program.entries.iter();
    let entries = entries.map(|entry| {
        let function = functions[entry.function.0 as usize].to_string();
        names.unique(&function.to_ascii_uppercase())
    });
    let entries = entries.collect();
    let patterns = pattern::names(program, &functions, &mut names);
    let joins = join::names(&program.joins, &functions, &mut names);
    let files = files(sources).into_iter().map(|file| (file, names.unique("FILE"))).collect();
    let constants = RefCell::new(Constants::new(names, &program.constant_names));
    let printer = Printer {
        program,
        sources,
        files,
        lines: sources.iter().map(Lines::of).collect(),
        functions,
        computations,
        costs: Costs::new(program),
        depths,
        entries,
        patterns,
        joins,
        constants,
        features: Features::default(),
        reads_fields: Cell::new(false),
    };
    let module = printer.module(options)?;
    observe("print");
    let file = syn::parse2::<syn::File>(module).map_err(|error| error.to_string())?;
    observe("parse_rust");
    let text = layout::file(&file);
    let allows = allows::attributes(&file, &text);
    let documentation = text.split_inclusive('\n').take_while(|line| line.starts_with("///"));
    let (documentation, module) = text.split_at(documentation.map(str::len).sum());
    let text = [&header(sources), documentation, &allows, module].concat();
    observe("layout");
    Ok(text)
}

/// Returns the name of the module that a policy becomes.
///
/// The module of a template is its kind in snake case. Characters other than letters and digits
/// become `_`. A name that Rust or the code around the
/// module needs gets a `_` at its end: `std` becomes `std_`.
pub fn module_name(options: &Options) -> String {
    names::module(options).to_string()
}

fn header(sources: &[Source]) -> String {
    let mut text = String::from("// Generated by ferrego from Rego; changes will be lost.\n");
    for file in files(sources) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "// Source: {}", comment::escaped(file));
    }
    text
}

/// Returns the files that contain the sources, without duplicates.
fn files(sources: &[Source]) -> Vec<&str> {
    let mut files: Vec<_> = sources.iter().map(|one| one.place(Span::default()).name).collect();
    let mut known = HashSet::new();
    files.retain(|file| known.insert(*file));
    files
}

/// Returns the names of the functions. A function in the package of the first entry point is named
/// after its rule. Any other function is named after its package and its rule.
fn function_names(program: &Program, names: &mut Names) -> Vec<Ident> {
    let main = program
        .entries
        .first()
        .and_then(|entry| entry.path.split_last())
        .map(|(_, package)| format!("{}.", package.join(".")))
        .unwrap_or_default();
    let short = |name: &str| name.strip_prefix(&main).unwrap_or(name).to_owned();
    program.functions.iter().map(|function| names.unique(&short(&function.name))).collect()
}

/// Returns the names of the functions that compute the memoized values of functions in long chains of
/// calls.
fn computation_names(
    program: &Program,
    functions: &[Ident],
    depths: &[usize],
    names: &mut Names,
) -> Vec<Option<Ident>> {
    let named = program.functions.iter().zip(functions).zip(depths);
    named
        .map(|((function, name), &depth)| {
            let is_computed_apart = function.memo.is_some() && depth > depth::SHORT;
            is_computed_apart.then(|| names.unique(&format!("compute_{name}")))
        })
        .collect()
}

impl Printer<'_> {
    fn module(&self, options: &Options) -> Result<TokenStream, String> {
        let runtime: syn::Path =
            syn::parse_str(&options.runtime).map_err(|error| error.to_string())?;
        let module = names::module(options);
        let functions: Vec<_> =
            (0..self.program.functions.len()).map(|index| self.function(index)).collect();
        let policy = self.policy(options);
        let constants = self.constants.borrow().items();
        let features = self.features.checks();
        let patterns = self.patterns.iter().zip(&self.program.patterns);
        let patterns = patterns.map(|(name, pattern)| pattern::item(name, pattern));
        let joins = self.joins.iter().zip(&self.program.joins);
        let joins = joins.map(|(name, join)| {
            let at = self.short_place(self.program.function(join.keys).at);
            join::item(name, self.name(join.keys), join.lifetime, &at)
        });
        let about = about(options);
        let version = Literal::u32_unsuffixed(RUNTIME_VERSION);
        let functions = quote!(#(#functions)*);
        let named = identifiers(&functions);
        let files = self.files.iter().filter(|(_, name)| named.contains(&name.to_string()));
        let files = files.map(|(file, name)| {
            let file = literal::text(file);
            quote!(const #name: &str = #file;)
        });
        let items = quote! {
            const _: () = rt::expect_version(#version);
            #(#features)*

            #policy
            #(#files)*
            #functions
            #(#constants)*
            #(#patterns)*
            #(#joins)*
        };
        let named = identifiers(&items);
        let prelude = names::PRELUDE.iter().filter(|name| named.contains(**name));
        let prelude = prelude.map(|name| Ident::new(name, proc_macro2::Span::call_site()));
        let fields = self.reads_fields.get().then(|| quote!(Fields as _,));
        Ok(quote! {
            #(#[doc = #about])*
            pub mod #module {
                use #runtime::codegen_support::{self as rt, #fields #(#prelude),*};

                #items
            }
        })
    }

    fn policy(&self, options: &Options) -> TokenStream {
        let name = &options.name;
        let template = template(options.constraints.as_ref());
        let needs = self.program.projection.paths();
        let inventory = self.program.data_projection.paths_below("inventory");
        let cells = Literal::u32_unsuffixed(self.program.memo_cells);
        let entries = self.program.entries.iter().zip(&self.entries).map(|(entry, path)| {
            let function = self.name(entry.function);
            let asked = self.program.function(entry.function);
            let keyed = asked.keyed.then(|| quote!(, None));
            let depth = self.depths[entry.function.0 as usize];
            let evaluate = if depth > depth::SHORT {
                self.features.note_depth(depth);
                let depth = Literal::usize_unsuffixed(depth);
                quote!(|cx| rt::with_stack(#depth, || self::#function(cx #keyed)))
            } else if asked.keyed {
                quote!(|cx| self::#function(cx #keyed))
            } else {
                quote!(self::#function)
            };
            let kind = match asked.returns {
                _ if asked.keyed => quote!(Maybe),
                ReturnKind::Maybe => quote!(Maybe),
                _ => quote!(Always),
            };
            quote!(rt::PolicyEntry { path: self::#path, evaluate: rt::Evaluate::#kind(#evaluate) })
        });
        let constants = self.program.entries.iter().zip(&self.entries).map(|(entry, name)| {
            let path = dotted(&entry.path);
            let about = comment::escaped(&format!(" The entry point `{path}`."));
            quote!(#[doc = #about] pub const #name: &str = #path;)
        });
        quote! {
            #(#constants)*

            /// The policy, for the embedding program to evaluate.
            pub static POLICY: rt::Policy = rt::Policy {
                name: #name,
                entries: &[#(#entries),*],
                memo_cells: #cells,
                needs: &[#(#needs),*],
                inventory: &[#(#inventory),*],
                template: #template,
            };
        }
    }

    fn name(&self, function: FunctionId) -> &Ident {
        &self.functions[function.0 as usize]
    }

    /// Prints the `?` of a call, unless the function returns no `Result`.
    fn question(&self, function: FunctionId) -> TokenStream {
        if self.program.function(function).fallible { quote!(?) } else { TokenStream::new() }
    }

    fn is_predicate(&self, function: FunctionId) -> bool {
        self.program.function(function).returns == ReturnKind::Truth
    }
}

/// Returns the identifiers of the code.
fn identifiers(code: &TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut waiting = vec![code.clone()];
    while let Some(code) = waiting.pop() {
        for token in code {
            match token {
                TokenTree::Ident(ident) => {
                    found.insert(ident.to_string());
                }
                TokenTree::Group(group) => waiting.push(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    found
}

/// Returns the lines of the module's documentation.
fn about(options: &Options) -> Vec<String> {
    let mut lines = vec![format!(" The policy `{}`.", options.name)];
    if !options.about.is_empty() {
        lines.push(String::new());
    }
    lines.extend(options.about.iter().map(|line| format!(" {line}")));
    lines.iter().map(|line| comment::escaped(line)).collect()
}

fn template(constraints: Option<&Constraints>) -> TokenStream {
    let Some(Constraints { kind, schema, legacy_schema }) = constraints else {
        return quote!(None);
    };
    let (kind, schema) = (&**kind, literal::text(schema));
    quote! {
        Some(rt::PolicyTemplate { kind: #kind, schema: #schema, legacy_schema: #legacy_schema })
    }
}

/// Returns `data.a.b` for the path `a`, `b`.
fn dotted(path: &[std::sync::Arc<str>]) -> String {
    path.iter().fold("data".to_owned(), |text, key| format!("{text}.{key}"))
}
