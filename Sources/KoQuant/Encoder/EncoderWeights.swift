import Kernels

/// All weights of a model, in place in its file or decoded.
package struct EncoderWeights: @unchecked Sendable {
  package let embeddings: EmbeddingWeights
  package let layers: [EncoderLayer]

  /// Finds, checks and where necessary decodes the sections that `configuration` requires.
  init(_ configuration: ModelConfiguration, loader: inout TensorLoader) throws(EmbeddingError) {
    let stride = Tile.stride(configuration.hiddenSize)
    let words = try loader.tensor(
      "embeddings.word.values", of: Int8.self, [configuration.vocabularySize, stride])
    let wordScales = try loader.tensor(
      "embeddings.word.scales", of: Float.self, [configuration.vocabularySize])
    let positions = try loader.tensor(
      "embeddings.position", of: Float.self, [configuration.positions, stride])
    embeddings = EmbeddingWeights(
      words: words, wordScales: wordScales, positions: positions,
      norm: LayerNormWeights(
        gamma: try loader.tensor("embeddings.norm.gamma", [stride]),
        beta: try loader.tensor("embeddings.norm.beta", [stride])))
    var layers: [EncoderLayer] = []
    for index in 0..<configuration.layers {
      layers.append(try EncoderLayer(index, configuration, loader: &loader))
    }
    self.layers = layers
    try loader.requireAbsence(.layer(configuration.layers, "attention.qkv.weights"))
  }
}

extension EncoderLayer {
  fileprivate init(
    _ index: Int, _ configuration: ModelConfiguration, loader: inout TensorLoader
  ) throws(EmbeddingError) {
    let hidden = configuration.hiddenSize
    let inner = configuration.intermediateSize
    let stride = Tile.stride(hidden)
    func name(_ rest: StaticString) -> SectionName { .layer(index, rest) }
    attentionQKV = try LinearWeights(
      LinearSections(
        weights: name("attention.qkv.weights"), scales: name("attention.qkv.scales"),
        sums: name("attention.qkv.sums"), bias: name("attention.qkv.bias"),
        balance: name("attention.qkv.balance")),
      inputs: hidden, outputs: 3 * stride, loader: &loader)
    attentionOutput = try LinearWeights(
      LinearSections(
        weights: name("attention.output.weights"), scales: name("attention.output.scales"),
        sums: name("attention.output.sums"), bias: name("attention.output.bias"),
        balance: name("attention.output.balance")),
      inputs: hidden, outputs: stride, loader: &loader)
    intermediate = try LinearWeights(
      LinearSections(
        weights: name("intermediate.weights"), scales: name("intermediate.scales"),
        sums: name("intermediate.sums"), bias: name("intermediate.bias"),
        balance: name("intermediate.balance")),
      inputs: hidden, outputs: Tile.stride(inner), loader: &loader)
    output = try LinearWeights(
      LinearSections(
        weights: name("output.weights"), scales: name("output.scales"), sums: name("output.sums"),
        bias: name("output.bias"), balance: name("output.balance")),
      inputs: inner, outputs: stride, loader: &loader)
    attentionNorm = LayerNormWeights(
      gamma: try loader.tensor(name("attention.norm.gamma"), [stride]),
      beta: try loader.tensor(name("attention.norm.beta"), [stride]))
    outputNorm = LayerNormWeights(
      gamma: try loader.tensor(name("output.norm.gamma"), [stride]),
      beta: try loader.tensor(name("output.norm.beta"), [stride]))
  }
}

/// Names of the sections of one linear map.
private struct LinearSections {
  var weights, scales, sums, bias, balance: SectionName
}

extension LinearWeights {
  /// - Parameter outputs: output channels, padded to whole panels.
  fileprivate init(
    _ sections: LinearSections, inputs: Int, outputs: Int, loader: inout TensorLoader
  ) throws(EmbeddingError) {
    let groupSize = try loader.groupSize(sections.weights, inputs: inputs)
    let groups = (inputs + groupSize - 1) / groupSize
    matrix = Int8Matrix(
      weights: try loader.tensor(
        sections.weights, [Tile.panels(outputs: outputs), Tile.panelBytes(inputs: inputs)]),
      scales: try loader.tensor(sections.scales, [outputs]),
      columnSums: try loader.tensor(sections.sums, [groups, outputs]),
      bias: try loader.tensor(sections.bias, [outputs]), inputs: inputs, outputs: outputs,
      groupSize: groupSize)
    balance = try loader.optionalTensor(sections.balance, [Tile.stride(inputs)])
  }
}
