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
  /// |W - scale * Q| / |W| over the whole balanced matrix, Frobenius norms.
  public internal(set) var relativeError = 0.0

  let weights: AlignedBuffer
  let scales: AlignedBuffer
  let columnSums: AlignedBuffer
  let bias: AlignedBuffer
  /// Factors of the input channels, padded with zeros; see `ChannelBalance`.
  let balance: AlignedBuffer

  /// Weights, scales and bias are zeros.
  init(inputs: Int, outputs: Int, groupSize: Int, balance: ChannelBalance) throws(SystemError) {
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
    for (channel, factor) in balance.factors.enumerated() {
      self.balance.start(of: Float.self)[channel] = factor
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
