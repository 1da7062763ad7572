import CKoQuant

/// Runs the body of a C function and tells its caller how it ended.
func call(
  _ report: UnsafeMutablePointer<kq_error>?, _ body: () throws(CallFailure) -> Void
) -> kq_status {
  do throws(CallFailure) {
    try body()
  } catch {
    return fill(report, error)
  }
  return fill(report, CallFailure(KQ_OK, ""))
}

/// Writes a failure into the caller's structure: the message cut at a whole character where it is too long.
private func fill(_ report: UnsafeMutablePointer<kq_error>?, _ failure: CallFailure) -> kq_status {
  guard let report else { return failure.status }
  report.pointee.status = failure.status
  report.pointee.system_error = failure.systemError
  report.pointee.text = UInt64(failure.text)
  withUnsafeMutableBytes(of: &report.pointee.message) { $0.fillText(failure.message) }
  return failure.status
}

extension UnsafeMutableRawBufferPointer {
  /// Writes `text` and zeros behind it, at least one.
  func fillText(_ text: String) {
    var written = 0
    for scalar in text.unicodeScalars {
      let encoded = UTF8.encode(scalar)
      guard let encoded, written + encoded.count < count else { break }
      for unit in encoded {
        self[written] = unit
        written += 1
      }
    }
    for index in written..<count { self[index] = 0 }
  }
}
