import Kernels
import KoQuant

/// An int8 linear map in kernel layout (see `Tile`), owned: what is written to the file, and what the converter
/// itself runs to measure the drift.
public struct QuantizedLinear {
  public let inputs: Int
  /// Output channels, the padding of each part to whole panels included.
  public let outputs: Int
  /// Input channels per activation scale.
  public let groupSize: Int
  let weights: AlignedBuffer
  let scales: AlignedBuffer
  let columnSums: AlignedBuffer
  /// Factors of `scales` per group and output channel; nil for one weight scale per output channel.
  let groupScales: AlignedBuffer?
  let bias: AlignedBuffer
  /// Factors of the input channels, padded with zeros; see `ChannelBalance`.
  let balance: AlignedBuffer

  /// Weights, scales and bias are zeros.
  ///
  /// - Parameter scalesGroups: whether weights have a scale per group of inputs too, where there are several.
  init(
    inputs: Int, outputs: Int, groupSize: Int, scalesGroups: Bool, balance: [Float]
  ) throws(SystemError) {
    self.inputs = inputs
    self.outputs = outputs
    self.groupSize = groupSize
    let groups = Tile.groups(inputs, of: groupSize)
    weights = try AlignedBuffer(
      byteCount: Tile.panels(outputs: outputs) * Tile.panelBytes(inputs: inputs))
    scales = try AlignedBuffer(count: outputs, of: Float.self)
    columnSums = try AlignedBuffer(count: groups * outputs, of: Int32.self)
    groupScales =
      scalesGroups && groups > 1 ? try AlignedBuffer(count: groups * outputs, of: UInt8.self) : nil
    bias = try AlignedBuffer(count: outputs, of: Float.self)
    self.balance = try AlignedBuffer(count: Tile.stride(inputs), of: Float.self)
    for (channel, factor) in balance.enumerated() {
      self.balance.start(of: Float.self)[channel] = factor
    }
  }

  /// The int8 weight at its place in the tiles.
  package func weight(channel: Int, input: Int) -> Int8 {
    weights.start(of: Int8.self)[place(channel: channel, input: input)]
  }

  /// The weight scale of an output channel, in a group of input channels.
  package func scale(channel: Int, group: Int = 0) -> Float {
    let scale = scales.start(of: Float.self)[channel]
    return groupScales.map { scale * Float($0.start(of: UInt8.self)[group * outputs + channel]) } ?? scale
  }

  package func bias(channel: Int) -> Float { bias.start(of: Float.self)[channel] }

  private func place(channel: Int, input: Int) -> Int {
    channel / Tile.outputs * Tile.panelBytes(inputs: inputs) + channel % Tile.outputs * Tile.inputs
      + input / Tile.inputs * Tile.bytes + input % Tile.inputs
  }

  /// Stores an int8 weight at its place in the tiles.
  func store(_ value: Int8, channel: Int, input: Int) {
    weights.start(of: Int8.self)[place(channel: channel, input: input)] = value
  }

  func store(_ scales: ChannelScales, bias: Float, channel: Int) {
    self.scales.start(of: Float.self)[channel] = scales.scale
    self.bias.start(of: Float.self)[channel] = bias
    if let groupScales {
      for (group, factor) in scales.groupFactors.enumerated() {
        groupScales.start(of: UInt8.self)[group * outputs + channel] = factor
      }
    }
  }

  /// The best weight scales for an output channel.
  func bestScales(_ weights: UnsafeBufferPointer<Float>) -> ChannelScales {
    ChannelQuantizer.bestScales(weights, groupSize: groupScales == nil ? nil : groupSize)
  }

  /// Fills in the column sums, once all weights are stored.
  func sumColumns(pool: ThreadPool) {
    let sums = columnSums.start(of: Int32.self)
    pool.run(count: Tile.panels(outputs: outputs)) { panel, _ in
      let tiles = weights.start(of: Int8.self) + panel * Tile.panelBytes(inputs: inputs)
      for input in 0..<inputs {
        let target = sums + input / groupSize * outputs + panel * Tile.outputs
        let column = tiles + input / Tile.inputs * Tile.bytes + input % Tile.inputs
        for channel in 0..<Tile.outputs { target[channel] += Int32(column[channel * Tile.inputs]) }
      }
    }
  }

  /// The map as the encoder takes it; valid as long as this value or a copy of it.
  var linearWeights: LinearWeights {
    LinearWeights(
      matrix: Int8Matrix(
        weights: UnsafePointer(weights.start()), scales: UnsafePointer(scales.start()),
        columnSums: UnsafePointer(columnSums.start()),
        groupScales: groupScales.map { UnsafePointer($0.start()) }, bias: UnsafePointer(bias.start()),
        inputs: inputs, outputs: outputs, groupSize: groupSize),
      balance: UnsafePointer(balance.start()))
  }
}

extension AlignedBuffer {
  /// Its start as a pointer to elements.
  func start<Element: BitwiseCopyable>(of type: Element.Type = Element.self) -> UnsafeMutablePointer<Element>
  {
    base.assumingMemoryBound(to: type)
  }

  /// A copy of `values`, padded with zeros to whole vectors.
  convenience init(padding values: UnsafeMutableBufferPointer<Float>) throws(SystemError) {
    try self.init(count: Tile.stride(values.count), of: Float.self)
    for (index, value) in values.enumerated() { start(of: Float.self)[index] = value }
  }
}
