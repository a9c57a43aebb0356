//! `review`: answers one review.

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use ferrego_gatekeeper::constraint::EnforcementPoint;
use ferrego_runtime::{Arena, Value, json};
use ferrego_source::limited::Limited;
use ferrego_webhook::{AdmissionService, Config, Metrics, Policies};

use crate::arguments::WebhookNumbers;
use crate::budget::{BudgetOptions, FileOptions};
use crate::contents::Contents;
use crate::failure::Failure;
use crate::judge::Settings;
use crate::output;
use crate::program::load;
use crate::report::json::escaped;
use crate::serve::ProviderClientOptions;
use crate::status::Status;

/// The options of `review`.
#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Files or folders with more constraints, Configs and objects (.yaml, .yml, .json, .ndjson)
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also answer without a constraint, which allows everything. By default this is an error
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    numbers: WebhookNumbers,
    #[command(flatten)]
    providers: ProviderClientOptions,
    #[command(flatten)]
    budget: BudgetOptions,
    #[command(flatten)]
    size: FileOptions,
}

/// Answers the review on standard input as the server does.
pub(crate) fn run(contents: &Contents, command: &Review) -> Result<Status, Failure> {
    let settings = Settings {
        point: EnforcementPoint::Webhook,
        numbers: command.numbers.numbers(),
        limits: command.budget.limits(),
    };
    let limit = command.size.limit();
    let metrics = Metrics::new().map_err(|error| Failure::usage(error.to_string()))?;
    let metrics = Arc::new(metrics);
    let client = command.providers.start(settings.numbers, &metrics)?;
    let loaded = load(contents, &command.paths, settings, &client, limit, command.allow_empty)?;
    output::stderr(&loaded.warnings);
    let mut text = Vec::new();
    Limited::new(io::stdin().lock(), limit)
        .read_to_end(&mut text)
        .map_err(|error| Failure::unreadable("standard input", &error))?;
    // The settings of the server, such as its certificate, do not matter here.
    let config = Config::new("", "");
    let service = AdmissionService::new(Policies::new(loaded.state), &config, metrics);
    let answer = service.answer(&text);
    output::stdout(|to| writeln!(to, "{}", escaped(&answer)))?;
    Ok(if is_allowed(&answer) { Status::Passed } else { Status::Failed })
}

/// Returns `true` if an answer allows the request.
fn is_allowed(answer: &str) -> bool {
    let arena = Arena::new();
    let allowed = json::parse(&arena, answer.as_bytes()).ok();
    let allowed = allowed.and_then(|answer| answer.path(&["response", "allowed"]));
    allowed == Some(Value::Bool(true))
}
