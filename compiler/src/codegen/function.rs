//! Prints functions: the Rego as a comment, the signature, the memo cell, the body.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::codegen::frame::Frame;
use crate::codegen::locals;
use crate::codegen::names::Names;
use crate::codegen::{Printer, comment, dotted, identifiers, literal, shorten};
use crate::ir::visit::{self, Visitor};
use crate::ir::{Block, ContextId, Expr, Function, LocalId, ReturnKind, Statement};
use crate::source::Span;

/// A function that is being printed.
pub(super) struct FunctionPrinter<'f, 'p> {
    pub(super) printer: &'f Printer<'p>,
    pub(super) function: &'f Function,
    /// The name of the function.
    pub(super) name: String,
    /// The name of a function of its own that computes the memoized value.
    computation: Option<&'f Ident>,
    /// That function.
    computed: TokenStream,
    pub(super) names: Names,
    locals: Vec<Ident>,
    /// The number of blocks that are definitions or branches.
    pub(super) definitions: usize,
    /// The names in the bindings of the locals.
    bindings: Vec<Ident>,
    read: Vec<bool>,
    /// The paths of the enclosing walks, each with the variable of its walk.
    pub(super) walks: Vec<(LocalId, Ident)>,
    /// The enclosing constructs that a failing statement may leave, innermost last.
    pub(super) frames: Vec<Frame>,
    /// The collections and single values under construction with the methods that add to them,
    /// innermost last.
    pub(super) sinks: Vec<(Ident, TokenStream)>,
    /// The result of the function if the existence test at its end finds a solution.
    pub(super) found: Option<Expr>,
    /// The contexts that the code names, including the caller's.
    pub(super) contexts: HashSet<ContextId>,
    /// The context of the innermost region, or the caller's. Its arena counts the steps of loops.
    pub(super) region: ContextId,
    /// The variables of the contexts of regions.
    pub(super) regions: HashMap<ContextId, Ident>,
    /// The comments that explain helpers, each of which a function has once.
    explained: HashSet<&'static str>,
    /// The files whose lines errors name, in order of first use.
    files: Vec<&'p str>,
    /// The definition with a comment that is the furthest down in the source.
    pub(super) last_definition: Option<Span>,
    /// The definition that is being printed, if the function has scopes.
    pub(super) place: Option<Span>,
}

impl Printer<'_> {
    pub(super) fn function(&self, index: usize) -> TokenStream {
        let function = &self.program.functions[index];
        let name = &self.functions[index];
        let mut printer = FunctionPrinter::new(self, index);
        let charge = self.costs.of_call(index).map(|steps| printer.charge_at_length(steps));
        let body = printer.body();
        let context = if printer.uses_context() { quote!(cx) } else { quote!(_cx) };
        let parameters = function.parameters.iter().map(|&parameter| {
            // A memo looks its value up by the parameters.
            let kept = function.memo.is_some();
            let name =
                if kept { printer.local(parameter).clone() } else { printer.binding(parameter) };
            quote!(#name: rt::Value<'a>)
        });
        let key = function.keyed.then(|| quote!(key: Option<rt::Value<'a>>));
        let return_type = match function.returns {
            ReturnKind::Maybe if !function.fallible => quote!(Option<rt::Value<'a>>),
            ReturnKind::Value if !function.fallible => quote!(rt::Value<'a>),
            ReturnKind::Truth if !function.fallible => quote!(bool),
            ReturnKind::Maybe => quote!(rt::Eval<'a>),
            ReturnKind::Value => quote!(rt::Always<'a>),
            ReturnKind::Truth => quote!(rt::Truth),
            ReturnKind::Rows(width) => {
                let width = Literal::usize_unsuffixed(width);
                quote!(rt::Rows<'a, #width>)
            }
        };
        let comment = self.comment(index);
        let body = quote!(#charge #body);
        let (places, computed) = (printer.places(&body), &printer.computed);
        let has_values = !function.parameters.is_empty() || function.keyed;
        let (generics, lifetime) = if has_values || function.returns != ReturnKind::Truth {
            (quote!(<'a>), quote!('a))
        } else {
            (TokenStream::new(), quote!('_))
        };
        quote! {
            #(#[doc = #comment])*
            fn #name #generics(#context: &rt::Context<#lifetime>, #(#parameters,)* #key) -> #return_type {
                #places
                #body
            }

            #computed
        }
    }
}

impl<'f, 'p> FunctionPrinter<'f, 'p> {
    fn new(printer: &'f Printer<'p>, index: usize) -> Self {
        let function = &printer.program.functions[index];
        let mut names = Names::of_function(function.keyed);
        let mut read = vec![false; function.locals.len()];
        visit::expressions(&function.body, &mut |expr| {
            if let Expr::Local(local) = expr {
                read[local.0 as usize] = true;
            }
        });
        let locals = locals::names(function, &mut names);
        // These names come last, so that a local with a reader keeps its own name.
        let bindings = locals.iter().zip(&read).map(|(local, &read)| {
            if read { local.clone() } else { names.unread(&local.to_string()) }
        });
        let bindings = bindings.collect();
        Self {
            printer,
            function,
            name: printer.functions[index].to_string(),
            computation: printer.computations[index].as_ref(),
            computed: TokenStream::new(),
            names,
            locals,
            definitions: definitions(&function.body),
            bindings,
            read,
            walks: Vec::new(),
            frames: Vec::new(),
            sinks: Vec::new(),
            found: None,
            contexts: HashSet::new(),
            region: ContextId(0),
            regions: HashMap::new(),
            explained: HashSet::new(),
            files: Vec::new(),
            last_definition: None,
            place: None,
        }
    }

    fn body(&mut self) -> TokenStream {
        let body = match self.function.returns {
            ReturnKind::Rows(width) => self.rows_body(width),
            _ => self.value_body(),
        };
        let body = match self.function.memo {
            None => body,
            Some(cell) => self.memoized(cell, &body),
        };
        let body = if self.function.keyed {
            let rule = &self.function.rule;
            quote!(let kept = #body?; rt::keyed_answer(kept, key, #rule))
        } else {
            body
        };
        self.unless_replaced(&body)
    }

    /// Prints the lookup of a memoized value, which computes the value with `body` on first use.
    ///
    /// The computation is a closure. In a long chain of rules it is a function, because rustc limits
    /// the nesting of closures that call each other through generic code.
    fn memoized(&mut self, cell: u32, body: &TokenStream) -> TokenStream {
        let inner = if self.uses_context() { quote!(cx) } else { quote!(_) };
        let cx = self.context(ContextId(0));
        let cell = Literal::u32_unsuffixed(cell);
        let arguments = self.function.parameters.iter().map(|&local| self.local(local).clone());
        let arguments: Vec<_> = arguments.collect();
        let bound = self.function.parameters.iter().map(|&local| self.binding(local));
        let bound: Vec<_> = bound.collect();
        let count = Literal::usize_unsuffixed(arguments.len());
        let has_arguments = !arguments.is_empty();
        let method = self.memo_method(if has_arguments { "memoize" } else { "memo" });
        let looked_up = has_arguments.then(|| quote!([#(#arguments),*],));
        let Some(name) = self.computation else {
            let pattern = has_arguments.then(|| quote!(, [#(#bound),*]));
            return quote!(#cx.#method(#cell, #looked_up |#inner #pattern| { #body }));
        };
        let parameter = has_arguments.then(|| quote!([#(#bound),*]: [rt::Value<'a>; #count]));
        let returned = match self.function.returns {
            ReturnKind::Truth => quote!(rt::Truth),
            ReturnKind::Value => quote!(rt::Always<'a>),
            ReturnKind::Maybe | ReturnKind::Rows(_) => quote!(rt::Eval<'a>),
        };
        let about = comment::escaped(&format!(" Computes `{}`.", self.function.rule));
        let places = self.places(body);
        self.computed = quote! {
            #[doc = #about]
            fn #name<'a>(#inner: &rt::Context<'a>, #parameter) -> #returned {
                #places
                #body
            }
        };
        quote!(#cx.#method(#cell, #looked_up self::#name))
    }

    /// Prints the charge of a call whose calls form a large tree, or of a long loop body.
    fn charge(&mut self, steps: usize) -> TokenStream {
        let (cx, place) = (self.context(self.region), self.place());
        let steps = Literal::usize_unsuffixed(steps);
        quote!(#cx.charge(#place, #steps)?;)
    }

    /// Prints the charge of an iteration, if the body of the loop is long.
    pub(super) fn charge_iteration(&mut self, body: &Block) -> Option<TokenStream> {
        let steps = self.printer.costs.of_iteration(body)?;
        Some(self.charge_at_length(steps))
    }

    /// Prints the charge of code that counts as several steps. A comment explains the first.
    fn charge_at_length(&mut self, steps: usize) -> TokenStream {
        let comment = self.explain("Long code counts as several steps of the budget.");
        let charge = self.charge(steps);
        quote!(#comment #charge)
    }

    /// Prints a comment, unless the function already has it.
    pub(super) fn explain(&mut self, text: &'static str) -> Option<TokenStream> {
        self.explained.insert(text).then(|| quote!(comment!(#text);))
    }

    /// Prints the charge of an iteration over rows, which no scan has charged.
    pub(super) fn charge_row(&mut self, body: &Block) -> TokenStream {
        let steps = self.printer.costs.of_iteration(body).unwrap_or(1);
        self.charge(steps)
    }

    /// Prints the body. If a `with` may replace the rule by a base document, a test for that comes
    /// first.
    fn unless_replaced(&mut self, body: &TokenStream) -> TokenStream {
        let Some(replaceable) = &self.function.replaceable else { return body.clone() };
        let slots = replaceable.slots.iter().map(|slot| slot.0);
        let path = replaceable.path.iter().map(|key| &**key);
        let cx = self.context(ContextId(0));
        let document = quote!(#cx.data_path(&[#(#path),*]));
        let answer =
            if self.function.keyed { quote!(rt::at_key(#document, key)) } else { document };
        quote! {
            if #cx.is_replaced(&[#(#slots),*]) {
                return Ok(#answer);
            }
            #body
        }
    }

    /// Returns the method of the context that memoizes values of the kind that the function returns.
    fn memo_method(&self, method: &str) -> Ident {
        let suffix = match self.function.returns {
            ReturnKind::Value => "_value",
            ReturnKind::Truth => "_truth",
            ReturnKind::Maybe | ReturnKind::Rows(_) => "",
        };
        quote::format_ident!("{method}{suffix}")
    }

    /// Prints the result of a function that is undefined.
    pub(super) fn undefined(&self) -> TokenStream {
        let undefined = match self.function.returns {
            ReturnKind::Truth => quote!(false),
            ReturnKind::Maybe | ReturnKind::Value | ReturnKind::Rows(_) => quote!(None),
        };
        self.returned(&undefined)
    }

    /// Prints a result of the function.
    pub(super) fn returned(&self, result: &TokenStream) -> TokenStream {
        if self.function.fallible { shorten::ok(result) } else { result.clone() }
    }

    fn value_body(&mut self) -> TokenStream {
        self.frames.push(Frame::Function);
        let (body, reaches_end) = self.block(&self.function.body);
        self.frames.pop();
        if !reaches_end {
            return shorten::body(body);
        }
        let undefined = self.undefined();
        quote!(#body #undefined)
    }

    fn rows_body(&mut self, width: usize) -> TokenStream {
        let rows = self.names.unique("rows");
        self.sinks.push((rows.clone(), quote!(push)));
        let body = self.scope("rows", &self.function.body);
        self.sinks.pop();
        let (cx, width) = (self.context(ContextId(0)), Literal::usize_unsuffixed(width));
        quote! {
            let mut #rows = #cx.rows::<#width>();
            #body
            Ok(#rows)
        }
    }

    /// Prints the constants by which errors of `code` name the rule and its files.
    fn places(&self, code: &TokenStream) -> TokenStream {
        let rule =
            if self.function.rule.is_empty() { dotted(&[]) } else { self.function.rule.clone() };
        let files = self.files.iter().enumerate().map(|(index, file)| (at_name(index), file));
        let identifiers = identifiers(code);
        let named = files.filter(|(name, _)| identifiers.contains(&name.to_string()));
        let constants = named.map(|(name, file)| {
            let known = self.printer.files.iter().find(|(known, _)| known == file);
            let file = known.map_or_else(|| quote!(#file), |(_, file)| quote!(self::#file));
            quote!(const #name: rt::Rule = rt::Rule { path: #rule, file: #file };)
        });
        quote!(#(#constants)*)
    }

    /// Prints the place of the definition that is being printed: `&AT, (line, column)`.
    pub(super) fn place(&mut self) -> TokenStream {
        self.at(self.definition())
    }

    /// Returns the definition that is being printed.
    pub(super) fn definition(&self) -> Span {
        let first = || self.function.sources.first().copied();
        self.place.or_else(first).unwrap_or(self.function.at)
    }

    /// Prints the place that an error names: `&AT, (line, column)`.
    pub(super) fn at(&mut self, span: Span) -> TokenStream {
        let (file, (line, column)) = self.printer.place(span);
        let known = self.files.iter().position(|&known| known == file);
        let index = known.unwrap_or_else(|| {
            self.files.push(file);
            self.files.len() - 1
        });
        let name = at_name(index);
        let [line, column] = [line, column].map(|number| literal::integer(i64::from(number)));
        quote!(&#name, (#line, #column))
    }

    pub(super) fn context(&mut self, context: ContextId) -> Ident {
        self.contexts.insert(context);
        self.regions.get(&context).cloned().unwrap_or_else(|| context_name(context))
    }

    fn uses_context(&self) -> bool {
        self.contexts.contains(&ContextId(0))
    }

    pub(super) fn is_read(&self, local: LocalId) -> bool {
        self.read[local.0 as usize]
    }

    pub(super) fn local(&self, local: LocalId) -> &Ident {
        &self.locals[local.0 as usize]
    }

    /// Returns the name in the binding of a local. The name starts with `_` if the local has no
    /// reader.
    pub(super) fn binding(&self, local: LocalId) -> Ident {
        self.bindings[local.0 as usize].clone()
    }
}

/// Returns the number of scopes in a block.
pub(super) fn definitions(block: &Block) -> usize {
    struct Scopes(usize);
    impl Visitor for Scopes {
        fn statement(&mut self, statement: &Statement) {
            self.0 += usize::from(matches!(statement, Statement::Scope { .. }));
            visit::descend::statement(self, statement);
        }
    }
    let mut scopes = Scopes(0);
    scopes.block(block);
    scopes.0
}

fn at_name(index: usize) -> Ident {
    let name = if index == 0 { "AT".to_owned() } else { format!("AT_{}", index + 1) };
    Ident::new(&name, proc_macro2::Span::call_site())
}

/// Returns the variable that holds a context.
pub(super) fn context_name(context: ContextId) -> Ident {
    match context.0 {
        0 => Ident::new("cx", proc_macro2::Span::call_site()),
        number => Ident::new(&format!("cx{number}"), proc_macro2::Span::call_site()),
    }
}
