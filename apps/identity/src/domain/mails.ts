/** A mail in plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What kind of mail it is, for the mail service's statistics. */
  readonly tag: 'email-verification' | 'password-reset' | 'password-changed' | 'email-changed';
}

/** @param page where the brand's web site takes tokens, without a query */
export function verificationMail(to: string, page: string, token: string): Mail {
  return {
    to,
    tag: 'email-verification',
    subject: 'Confirm your e-mail address',
    // behind #, so that the token is in no server's log
    text: `Open this page to confirm your address:\n${page}/verify-email#token=${token}\n\nOr enter the code: ${token}\n`,
  };
}

export function passwordResetMail(to: string, page: string, token: string): Mail {
  return {
    to,
    tag: 'password-reset',
    subject: 'Choose a new password',
    text: `Open this page to choose a new password:\n${page}/reset-password#token=${token}\n\nOr enter the code: ${token}\nIf you did not ask for this, do nothing.\n`,
  };
}

/** To the address before. */
export function emailChangedMail(to: string): Mail {
  return {
    to,
    tag: 'email-changed',
    subject: 'Your e-mail address was changed',
    text: 'Your account has another e-mail address now. If you did not change it, contact us at once.\n',
  };
}

export function passwordChangedMail(to: string): Mail {
  return {
    to,
    tag: 'password-changed',
    subject: 'Your password was changed',
    text: 'Your password was changed and all sessions were ended. If that was not you, contact us at once.\n',
  };
}
