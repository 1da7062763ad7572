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
    func name(_ rest: StaticString) -> SectionName { .layer(index, rest) }
    attentionQKV = try LinearSections(
      LinearNames(
        weights: name("attention.qkv.weights"), scales: name("attention.qkv.scales"),
        sums: name("attention.qkv.sums"), groupScales: name("attention.qkv.group.scales"),
        bias: name("attention.qkv.bias"),
        balance: name("attention.qkv.balance")),
      inputs: hidden, outputs: 3 * stride, &finder, &group)
    attentionOutput = try LinearSections(
      LinearNames(
        weights: name("attention.output.weights"), scales: name("attention.output.scales"),
        sums: name("attention.output.sums"), groupScales: name("attention.output.group.scales"),
        bias: name("attention.output.bias"),
        balance: name("attention.output.balance")),
      inputs: hidden, outputs: stride, &finder, &group)
    intermediate = try LinearSections(
      LinearNames(
        weights: name("intermediate.weights"), scales: name("intermediate.scales"),
        sums: name("intermediate.sums"), groupScales: name("intermediate.group.scales"),
        bias: name("intermediate.bias"),
        balance: name("intermediate.balance")),
      inputs: hidden, outputs: Tile.stride(inner), &finder, &group)
    output = try LinearSections(
      LinearNames(
        weights: name("output.weights"), scales: name("output.scales"), sums: name("output.sums"),
        groupScales: name("output.group.scales"),
        bias: name("output.bias"), balance: name("output.balance")),
      inputs: inner, outputs: stride, &finder, &group)
    attentionNorm = try NormSections(
      gamma: name("attention.norm.gamma"), beta: name("attention.norm.beta"), stride, &finder, &group)
    outputNorm = try NormSections(
      gamma: name("output.norm.gamma"), beta: name("output.norm.beta"), stride, &finder, &group)
  }

  /// The layer whose bytes are at `bytes`, those of this group.
  func layer(_ bytes: GroupBytes) -> EncoderLayer {
    EncoderLayer(
      attentionQKV: attentionQKV.weights(bytes), attentionOutput: attentionOutput.weights(bytes),
      attentionNorm: attentionNorm.weights(bytes), intermediate: intermediate.weights(bytes),
      output: output.weights(bytes), outputNorm: outputNorm.weights(bytes))
  }
}

/// Names of the sections of one linear map.
private struct LinearNames {
  var weights, scales, sums, groupScales, bias, balance: SectionName
}

private struct LinearSections {
  private let weights, scales, sums, bias: Int
  private let groupScales, balance: Int?
  private let inputs, outputs, groupSize: Int

  /// - Parameter outputs: output channels, padded to whole panels.
  init(
    _ names: LinearNames, inputs: Int, outputs: Int, _ finder: inout SectionFinder,
    _ group: inout SectionGroup
  ) throws(KoqError) {
    self.inputs = inputs
    self.outputs = outputs
    groupSize = try finder.groupSize(names.weights, inputs: inputs)
    let groups = Tile.groups(inputs, of: groupSize)
    weights = try finder.tensor(
      names.weights, .int8, [Tile.panels(outputs: outputs), Tile.panelBytes(inputs: inputs)], to: &group)
    scales = try finder.tensor(names.scales, .float32, [outputs], to: &group)
    sums = try finder.tensor(names.sums, .int32, [groups, outputs], to: &group)
    groupScales = try finder.groupScales(names.groupScales, groups: groups, outputs: outputs, to: &group)
    bias = try finder.tensor(names.bias, .float32, [outputs], to: &group)
    balance = try finder.optionalTensor(names.balance, .float32, [Tile.stride(inputs)], to: &group)
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
    gamma: SectionName, beta: SectionName, _ stride: Int, _ finder: inout SectionFinder,
    _ group: inout SectionGroup
  ) throws(KoqError) {
    self.gamma = try finder.tensor(gamma, .float32, [stride], to: &group)
    self.beta = try finder.tensor(beta, .float32, [stride], to: &group)
  }

  func weights(_ bytes: GroupBytes) -> LayerNormWeights {
    LayerNormWeights(gamma: bytes.pointer(gamma), beta: bytes.pointer(beta))
  }
}
