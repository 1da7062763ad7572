/// Weights whose turn comes next, which a kernel fetches beside the products of a block of panels: each of its tiles a part.
public struct WeightsAhead {
  /// The part of the next tile of rows.
  public var place: UnsafeRawPointer
  /// Bytes from one step of four input channels to the next, in each of which two cache lines may be fetched.
  public let step: Int
  /// Bytes of a part.
  public let part: Int

  @_alwaysEmitIntoClient @inline(__always)
  init(place: UnsafeRawPointer, step: Int, part: Int) {
    self.place = place
    self.step = step
    self.part = part
  }
}
