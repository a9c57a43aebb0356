package main

import (
	"bytes"
	"encoding/json"

	"github.com/open-policy-agent/gatekeeper/v3/pkg/gator/reader"
	"sigs.k8s.io/yaml"
)

// yamlQuestion asks for the content of YAML text, given as bytes in base64.
//
//	{"op": "yaml", "bytes": "YTogMQo=", "reader": "document"}
//
// The reader "document" is sigs.k8s.io/yaml on the whole text; "stream" is what gator reads a file with: documents
// separated by lines of "---", JSON, and lists.
type yamlQuestion struct {
	Bytes  []byte `json:"bytes"`
	Reader string `json:"reader"`
}

type yamlAnswer struct {
	Documents []json.RawMessage `json:"documents,omitempty"`
	Error     string            `json:"error,omitempty"`
}

func answerYAML(line []byte) (any, error) {
	var question yamlQuestion
	if err := json.Unmarshal(line, &question); err != nil {
		return nil, err
	}
	if question.Reader == "stream" {
		return readStream(question.Bytes)
	}
	text, err := yaml.YAMLToJSON(question.Bytes)
	if err != nil {
		return yamlAnswer{Error: err.Error()}, nil
	}
	return yamlAnswer{Documents: []json.RawMessage{text}}, nil
}

func readStream(text []byte) (any, error) {
	objects, err := reader.ReadK8sResources(bytes.NewReader(text))
	if err != nil {
		return yamlAnswer{Error: err.Error()}, nil
	}
	answer := yamlAnswer{Documents: []json.RawMessage{}}
	for _, object := range objects {
		one, err := json.Marshal(object.Object)
		if err != nil {
			return nil, err
		}
		answer.Documents = append(answer.Documents, one)
	}
	return answer, nil
}
