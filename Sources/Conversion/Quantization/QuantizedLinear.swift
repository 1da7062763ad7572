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
  let bias: AlignedBuffer
  /// Factors of the input channels, padded with zeros; see `ChannelBalance`.
  let balance: AlignedBuffer

  /// Weights, scales and bias are zeros.
  init(inputs: Int, outputs: Int, groupSize: Int, balance: [Float]) throws(SystemError) {
    self.inputs = inputs
    self.outputs = outputs
    self.groupSize = groupSize
    let groups = (inputs + groupSize - 1) / groupSize
    weights = try AlignedBuffer(
      byteCount: Tile.panels(outputs: outputs) * Tile.panelBytes(inputs: inputs))
    scales = try AlignedBuffer(count: outputs, of: Float.self)
    columnSums = try AlignedBuffer(count: groups * outputs, of: Int32.self)
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

  package func scale(channel: Int) -> Float { scales.start(of: Float.self)[channel] }
  package func bias(channel: Int) -> Float { bias.start(of: Float.self)[channel] }

  private func place(channel: Int, input: Int) -> Int {
    channel / Tile.outputs * Tile.panelBytes(inputs: inputs) + channel % Tile.outputs * Tile.inputs
      + input / Tile.inputs * Tile.bytes + input % Tile.inputs
  }

  /// Stores an int8 weight at its place in the tiles.
  func store(_ value: Int8, channel: Int, input: Int) {
    weights.start(of: Int8.self)[place(channel: channel, input: input)] = value
  }

  func store(scale: Float, bias: Float, channel: Int) {
    scales.start(of: Float.self)[channel] = scale
    self.bias.start(of: Float.self)[channel] = bias
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
        columnSums: UnsafePointer(columnSums.start()), bias: UnsafePointer(bias.start()), inputs: inputs,
        outputs: outputs, groupSize: groupSize),
      balance: UnsafePointer(balance.start()))
  }
}

extension AlignedBuffer {
  /// Its start as a pointer to elements; an `AlignedBuffer` is never without memory.
  func start<Element: BitwiseCopyable>(of type: Element.Type = Element.self) -> UnsafeMutablePointer<Element>
  {
    UnsafeMutableRawPointer(bytes.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: type)
  }

  /// A copy of `values`, padded with zeros to whole vectors.
  convenience init(padding values: UnsafeMutableBufferPointer<Float>) throws(SystemError) {
    try self.init(count: Tile.stride(values.count), of: Float.self)
    for (index, value) in values.enumerated() { start(of: Float.self)[index] = value }
  }
}
