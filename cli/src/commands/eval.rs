//! `ferrego eval`.

use std::io::Read as _;
use std::path::Path;

use ferrego_compiler::build_script::inputs::Inputs;
use ferrego_compiler::build_script::policies::{Policies, Policy, Request};
use ferrego_compiler::build_script::{Error, Report};
use ferrego_compiler::pipeline;
use ferrego_interpreter::Interpreter;
use ferrego_runtime::collections::ObjectBuilder;
use ferrego_runtime::env::NoHost;
use ferrego_runtime::json::Escape;
use ferrego_runtime::{Arena, Env, Value, json};

use crate::arguments::{Eval, EvalPolicy};
use crate::failure::Failure;
use crate::output::stdout;

/// Evaluates and prints `{"result": …}`, or `{}` where the answer is undefined, as `opa eval` does.
pub(crate) fn eval(command: &Eval) -> Result<(), Failure> {
    let policy = policy(command)?;
    let (interpreter, violation) = load(&policy)?;
    let files = Files::read(command)?;
    let arena = Arena::new();
    let input = match &files.input {
        Some(file) => Some(input(&arena, file, files.parameters.as_ref(), &command.policy)?),
        None => None,
    };
    let data = files.data.as_ref().map(|file| file.parse(&arena)).transpose()?;
    let query = match &command.query {
        Some(query) => query.clone(),
        None if policy.options.template => violation,
        None => "data".to_owned(),
    };
    let path = path(&query)?;
    let mut env = Env::new(&arena, &NoHost);
    env.strict = command.strict;
    let answer = match interpreter.query(&env, &path, input, data)? {
        Some(value) => format!("{{\"result\": {}}}", json::to_string(&value, Escape::Plain)),
        None => "{}".to_owned(),
    };
    stdout(|to| writeln!(to, "{answer}"))
}

/// The one policy that is asked for.
fn policy(command: &Eval) -> Result<Policy, Failure> {
    let paths = match &command.policy.template {
        Some(template) => vec![template.clone()],
        None => command.policy.rego.clone(),
    };
    let (inputs, read) = Inputs::read(&paths);
    read?;
    let request = Request {
        version: command.language.version(),
        engine: command.engines.preference(),
        ..Request::default()
    };
    let Policies { mut policies, reports } = Policies::find(&inputs.files, &request)?;
    if !reports.is_empty() {
        return Err(Error::Policies(reports).into());
    }
    match (policies.pop(), policies.len()) {
        (Some(policy), 0) => Ok(policy),
        (_, others) => {
            let message = format!("{} policies among the files, wanted one", others + 1);
            Err(Failure::Usage(message))
        }
    }
}

/// The policy in the interpreter, once the compiler has found no fault in it, and the path of
/// its `violation`.
fn load(policy: &Policy) -> Result<(Interpreter, String), Failure> {
    let report = |diagnostics| {
        Error::Policies(vec![Report { diagnostics, sources: policy.sources.clone() }])
    };
    pipeline::check(&policy.sources, &policy.options).map_err(report)?;
    let modules = pipeline::parse(&policy.sources, &policy.options).map_err(report)?;
    let package = modules.first().map(|module| module.package.path.join(".")).unwrap_or_default();
    let modules: Vec<_> = policy.sources.iter().cloned().zip(modules).collect();
    let interpreter = Interpreter::new(&modules).map_err(report)?;
    Ok((interpreter, format!("data.{package}.violation")))
}

/// The JSON files of an evaluation.
struct Files {
    input: Option<File>,
    parameters: Option<File>,
    data: Option<File>,
}

struct File {
    name: String,
    bytes: Vec<u8>,
}

impl Files {
    fn read(command: &Eval) -> Result<Self, Failure> {
        let read = |path: &Option<std::path::PathBuf>| path.as_deref().map(File::read).transpose();
        Ok(Self {
            input: read(&command.input)?,
            parameters: read(&command.parameters)?,
            data: read(&command.data)?,
        })
    }
}

impl File {
    fn read(path: &Path) -> Result<Self, Failure> {
        let mut bytes = Vec::new();
        let result = if path == Path::new("-") {
            std::io::stdin().read_to_end(&mut bytes).map(drop)
        } else {
            std::fs::read(path).map(|read| bytes = read)
        };
        let name = path.display().to_string();
        match result {
            Ok(()) => Ok(Self { name, bytes }),
            Err(error) => Err(Failure::Usage(format!("cannot read {name}: {error}"))),
        }
    }

    fn parse<'a>(&'a self, arena: &'a Arena) -> Result<Value<'a>, Failure> {
        json::parse(arena, &self.bytes)
            .map_err(|error| Failure::Usage(format!("{}: {error}", self.name)))
    }
}

/// What the policy sees as `input`: the request of an `AdmissionReview` becomes the review.
fn input<'a>(
    arena: &'a Arena,
    file: &'a File,
    parameters: Option<&'a File>,
    policy: &EvalPolicy,
) -> Result<Value<'a>, Failure> {
    let value = file.parse(arena)?;
    let review = policy.template.as_ref().and_then(|_| request(&value));
    let Some(review) = review else {
        if parameters.is_some() {
            let message = format!("{} is no AdmissionReview: it holds its parameters", file.name);
            return Err(Failure::Usage(message));
        }
        return Ok(value);
    };
    let parameters = match parameters {
        Some(file) => file.parse(arena)?,
        None => Value::EMPTY_OBJECT,
    };
    let mut object = ObjectBuilder::new(arena);
    object.insert(Value::String("review"), review);
    object.insert(Value::String("parameters"), parameters);
    Ok(object.finish())
}

/// The request of an `AdmissionReview`.
fn request<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    let kind = value.get_str("kind")?.as_str()?;
    (kind == "AdmissionReview").then(|| value.get_str("request")).flatten()
}

/// The path below `data`.
fn path(query: &str) -> Result<Vec<&str>, Failure> {
    let mut parts = query.split('.');
    match parts.next() {
        Some("data") => Ok(parts.collect()),
        _ => Err(Failure::Usage(format!("the query {query} does not begin with data"))),
    }
}
