package main

import (
	"bytes"
	"encoding/json"
	"sort"

	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/reader"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/test"
)

// gatekeeperQuestion asks what `gator test` says of a stream of templates, constraints and objects, given as bytes
// in base64.
//
//	{"op": "gatekeeper", "bytes": "YXBpVmVyc2lvbjog…", "cel": false}
type gatekeeperQuestion struct {
	Bytes []byte `json:"bytes"`
	CEL   bool   `json:"cel"`
}

// gatekeeperAnswer holds an error, or the results sorted by object, constraint and message.
type gatekeeperAnswer struct {
	Error   string             `json:"error,omitempty"`
	Results []gatekeeperResult `json:"results"`
}

type gatekeeperResult struct {
	Object        string   `json:"object"`
	Constraint    string   `json:"constraint"`
	Action        string   `json:"action"`
	ScopedActions []string `json:"scoped_actions,omitempty"`
	Message       string   `json:"message"`
	Details       any      `json:"details"`
}

func answerGatekeeper(line []byte) (any, error) {
	var question gatekeeperQuestion
	if err := json.Unmarshal(line, &question); err != nil {
		return nil, err
	}
	objects, err := reader.ReadK8sResources(bytes.NewReader(question.Bytes))
	if err != nil {
		return gatekeeperAnswer{Error: "reading: " + err.Error()}, nil
	}
	var options []gator.Opt
	if question.CEL {
		options = append(options, test.WithK8sCEL(false))
	}
	responses, err := test.Test(objects, options...)
	if err != nil {
		return gatekeeperAnswer{Error: err.Error()}, nil
	}
	answer := gatekeeperAnswer{Results: []gatekeeperResult{}}
	for _, result := range responses.Results() {
		answer.Results = append(answer.Results, asResult(result))
	}
	sort.SliceStable(answer.Results, func(i, j int) bool {
		one, other := answer.Results[i], answer.Results[j]
		if one.Object != other.Object {
			return one.Object < other.Object
		}
		if one.Constraint != other.Constraint {
			return one.Constraint < other.Constraint
		}
		return one.Message < other.Message
	})
	return answer, nil
}

func asResult(result *test.GatorResult) gatekeeperResult {
	object := result.ViolatingObject
	constraint := result.Constraint
	details := any(nil)
	if metadata, ok := result.Metadata["details"]; ok {
		details = metadata
	}
	return gatekeeperResult{
		Object:        object.GetKind() + " " + object.GetNamespace() + "/" + object.GetName(),
		Constraint:    constraint.GetKind() + "/" + constraint.GetName(),
		Action:        result.EnforcementAction,
		ScopedActions: result.ScopedEnforcementActions,
		Message:       result.Msg,
		Details:       details,
	}
}
