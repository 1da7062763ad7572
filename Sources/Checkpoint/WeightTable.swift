import Interchange
import KoQuant

/// Which stored tensor is which weight.
struct WeightTable {
  private(set) var tensors: [Weight: StoredTensor] = [:]
  private(set) var ignored: [IgnoredTensor] = []

  /// Finds every weight of the configured encoder and checks its shape.
  init(_ stored: WeightFiles, settings: CheckpointSettings) throws(CheckpointError) {
    let prefix = try Self.prefix(of: stored)
    var byName: [[UInt8]: Int] = [:]
    for (index, tensor) in stored.tensors.enumerated() { byName[Array(tensor.name.utf8)] = index }

    var used: Set<Int> = []
    for weight in Weight.all(layers: settings.configuration.layers) {
      let spellings = [weight.name, weight.oldName].compactMap { $0 }
      guard let index = spellings.lazy.compactMap({ byName[prefix + Array($0.utf8)] }).first else {
        throw CheckpointError(
          .missing, file: stored.path,
          location: .tensor(String(decoding: prefix, as: UTF8.self) + weight.name),
          "is missing, and \(settings.configFile) requires it",
          advice: "the checkpoint is incomplete or of another architecture")
      }
      let tensor = stored.tensors[index]
      try Self.check(tensor, as: weight, settings: settings)
      tensors[weight] = tensor
      used.insert(index)
    }
    for (index, tensor) in stored.tensors.enumerated() where !used.contains(index) {
      let name = Array(tensor.name.utf8)
      let bare = name.starts(with: prefix) ? Array(name.dropFirst(prefix.count)) : name
      ignored.append(IgnoredTensor(tensor, reason: .init(name: String(decoding: bare, as: UTF8.self))))
    }
  }

  /// What precedes the encoder's names: nothing, `roberta.`, `bert.`, `0.auto_model.`, … It is what precedes the
  /// word embeddings, which every encoder has once.
  private static func prefix(of stored: WeightFiles) throws(CheckpointError) -> [UInt8] {
    let anchor = Array(Weight.wordEmbeddings.name.utf8)
    var prefixes: [[UInt8]] = []
    for tensor in stored.tensors {
      let name = Array(tensor.name.utf8)
      guard name.suffix(anchor.count).elementsEqual(anchor) else { continue }
      let prefix = Array(name.dropLast(anchor.count))
      if prefix.isEmpty || prefix.last == UInt8(ascii: ".") { prefixes.append(prefix) }
    }
    guard let prefix = prefixes.first else {
      throw CheckpointError(
        .missing, file: stored.path, location: .tensor(Weight.wordEmbeddings.name),
        "is missing, with or without a prefix", advice: "only BERT and RoBERTa encoders are supported")
    }
    guard prefixes.count == 1 else {
      let names = prefixes.prefix(3).map { quoted($0 + anchor) }.joined(separator: " and ")
      throw CheckpointError(
        .unsupported, file: stored.path, "holds more than one encoder: \(names)",
        advice: "save the one for sentences alone")
    }
    return prefix
  }

  private static func check(
    _ tensor: StoredTensor, as weight: Weight, settings: CheckpointSettings
  ) throws(CheckpointError) {
    guard tensor.elementType.isReadable else { throw tensor.unreadable() }
    guard !tensor.isExpanded else {
      throw tensor.failure(
        .unsupported, "repeats elements: its \(tensor.shape) are a view of fewer in the file",
        advice: TorchFile.advice)
    }
    let configuration = settings.configuration
    let expected = weight.shape(in: configuration) ?? [settings.tokenTypes, configuration.hiddenSize]
    guard tensor.shape == expected else {
      throw tensor.failure(
        .contradiction, "the shape is \(tensor.shape), but \(settings.configFile) requires \(expected)")
    }
  }
}
