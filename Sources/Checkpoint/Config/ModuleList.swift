import Interchange

/// `modules.json`: the steps from text to vector. A folder without one is a plain encoder, which
/// sentence-transformers takes with mean pooling.
struct ModuleList {
  /// Folder of the encoder, below the checkpoint; empty for the checkpoint itself.
  let transformerPath: String
  /// Folder of the pooling's configuration; nil for mean pooling.
  let poolingPath: String?
  let normalizes: Bool

  init(_ folder: Folder, recording sources: inout [SourceFile]) throws(CheckpointError) {
    guard let root = try folder.json("modules.json", recording: &sources) else {
      transformerPath = ""
      poolingPath = nil
      normalizes = false
      return
    }
    let modules = try root.elements()
    let supported = "the modules must be Transformer, Pooling and, optionally, Normalize"
    guard modules.count >= 2 else { throw root.failure(.unsupported, supported) }
    transformerPath = try Self.path(of: modules[0], expected: "Transformer", supported)
    poolingPath = try Self.path(of: modules[1], expected: "Pooling", supported)
    for module in modules.dropFirst(2) {
      _ = try Self.path(of: module, expected: "Normalize", supported)
    }
    normalizes = modules.count > 2
  }

  /// The module's folder, when it is of the expected type. Types are Python classes, whose package has changed
  /// over the years: `sentence_transformers.models.Pooling`,
  /// `sentence_transformers.sentence_transformer.modules.pooling.Pooling`.
  private static func path(
    of module: JSONNode, expected: String, _ supported: String
  ) throws(CheckpointError) -> String {
    let type = try module.required("type")
    let name = try type.string()
    guard name.hasPrefix("sentence_transformers."), name.hasSuffix(".\(expected)") else {
      throw type.failure(.unsupported, "\(quoted(name)) is not supported here; \(supported)")
    }
    guard let node = module.optional("path") else { return "" }
    let path = try node.string()
    guard path.isEmpty || Folder.isSafe(path) else {
      throw node.failure(.malformed, "\(quoted(path)) is not a folder below the checkpoint")
    }
    return path
  }
}
