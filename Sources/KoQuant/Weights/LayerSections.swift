import Kernels

/// The sections of one transformer layer; indices are places of `group`.
package struct LayerSections: Sendable {
  package private(set) var group = SectionGroup()
  private let attentionQKV: LinearSections
  private let attentionOutput: LinearSections
  private let attentionNorm: NormSections
  private let intermediate: LinearSections
  private let output: LinearSections
  private let outputNorm: NormSections

  init(_ index: Int, _ configuration: ModelConfiguration, _ finder: inout SectionFinder) throws(KoqError) {
    let hidden = configuration.hiddenSize
    let inner = configuration.intermediateSize
    let stride = Tile.stride(hidden)
    attentionQKV = try LinearSections(
      .layer(index, "attention.qkv"), inputs: hidden, outputs: 3 * stride, &finder, &group)
    attentionOutput = try LinearSections(
      .layer(index, "attention.output"), inputs: hidden, outputs: stride, &finder, &group)
    intermediate = try LinearSections(
      .layer(index, "intermediate"), inputs: hidden, outputs: Tile.stride(inner), &finder, &group)
    output = try LinearSections(.layer(index, "output"), inputs: inner, outputs: stride, &finder, &group)
    attentionNorm = try NormSections(.layer(index, "attention.norm"), stride, &finder, &group)
    outputNorm = try NormSections(.layer(index, "output.norm"), stride, &finder, &group)
  }

  /// The layer whose bytes are at `bytes`, those of this group.
  func layer(_ bytes: GroupBytes) -> EncoderLayer {
    EncoderLayer(
      attentionQKV: attentionQKV.weights(bytes), attentionOutput: attentionOutput.weights(bytes),
      attentionNorm: attentionNorm.weights(bytes), intermediate: intermediate.weights(bytes),
      output: output.weights(bytes), outputNorm: outputNorm.weights(bytes))
  }
}

/// Those of one linear map.
private struct LinearSections {
  private let weights, scales, sums, bias: Int
  private let groupScales, balance: Int?
  private let inputs, outputs, groupSize: Int

  /// - Parameter outputs: output channels, padded to whole panels.
  init(
    _ name: SectionName, inputs: Int, outputs: Int, _ finder: inout SectionFinder,
    _ group: inout SectionGroup
  ) throws(KoqError) {
    self.inputs = inputs
    self.outputs = outputs
    groupSize = try finder.groupSize(name.child("weights"), inputs: inputs)
    let groups = Tile.groups(inputs, of: groupSize)
    weights = try finder.tensor(
      name.child("weights"), .int8, [Tile.panels(outputs: outputs), Tile.panelBytes(inputs: inputs)],
      to: &group)
    scales = try finder.tensor(name.child("scales"), .float32, [outputs], to: &group)
    sums = try finder.tensor(name.child("sums"), .int32, [groups, outputs], to: &group)
    groupScales = try finder.groupScales(
      name.child("group.scales"), groups: groups, outputs: outputs, to: &group)
    bias = try finder.tensor(name.child("bias"), .float32, [outputs], to: &group)
    balance = try finder.optionalTensor(name.child("balance"), .float32, [Tile.stride(inputs)], to: &group)
  }

  func weights(_ bytes: GroupBytes) -> LinearWeights {
    LinearWeights(
      matrix: Int8Matrix(
        weights: bytes.pointer(weights), scales: bytes.pointer(scales), columnSums: bytes.pointer(sums),
        groupScales: groupScales.map { bytes.pointer($0) }, bias: bytes.pointer(bias), inputs: inputs,
        outputs: outputs, groupSize: groupSize),
      balance: balance.map { bytes.pointer($0) })
  }
}

/// Gamma and beta of a LayerNorm.
struct NormSections: Sendable {
  private let gamma, beta: Int

  init(
    _ name: SectionName, _ stride: Int, _ finder: inout SectionFinder, _ group: inout SectionGroup
  ) throws(KoqError) {
    gamma = try finder.tensor(name.child("gamma"), .float32, [stride], to: &group)
    beta = try finder.tensor(name.child("beta"), .float32, [stride], to: &group)
  }

  func weights(_ bytes: GroupBytes) -> LayerNormWeights {
    LayerNormWeights(gamma: bytes.pointer(gamma), beta: bytes.pointer(beta))
  }
}
