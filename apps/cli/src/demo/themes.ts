import type { SessionTag } from '@sessions/contract';

/** One subject that customers write about, and how such a conversation goes. */
export interface Theme {
  name: string;
  tag: SessionTag;
  page: string;
  /** What the customer begins with; `{product}` is filled in. */
  openings: readonly string[];
  reply: string;
  /** How the customer ends it. */
  endings: readonly string[];
}

/** Parts of the imaginary product that customers write about. */
export const PRODUCTS = [
  'the dashboard',
  'the mobile app',
  'the weekly report',
  'the editor',
  'the public API',
];

/** What the imaginary customers have on their minds. */
export const THEMES: readonly Theme[] = [
  {
    name: 'Export does nothing',
    tag: 'bug',
    page: '/reports/export',
    openings: [
      'The export button in {product} does nothing when I click it.',
      'I tried to export last month from {product} and the file is empty.',
    ],
    reply: 'Thanks for reporting this. Which browser are you using, and how many rows is it about?',
    endings: ['Chrome on macOS, about 40,000 rows.', 'Firefox. With fewer rows it works.'],
  },
  {
    name: 'Cannot reset password',
    tag: 'bug',
    page: '/login',
    openings: [
      'There is no forgot password link, so I cannot get into {product}.',
      'The reset email for {product} never arrives, not even in spam.',
    ],
    reply: 'I have sent the email again. Could you check that the address is spelled correctly?',
    endings: ['It arrived now, thank you!', 'Still nothing after ten minutes.'],
  },
  {
    name: 'Single sign-on for our team',
    tag: 'feature_request',
    page: '/settings/security',
    openings: [
      'We need single sign-on with Okta before we can roll out {product} to everybody.',
      'Does {product} support SAML? Our security team insists on it.',
    ],
    reply: 'Single sign-on is on the roadmap. How many people would use it?',
    endings: ['Around 300 in the first year.', 'All of engineering, so 80 or so.'],
  },
  {
    name: 'Invoice shows the wrong VAT',
    tag: 'change_request',
    page: '/billing',
    openings: [
      'Our invoice for {product} shows German VAT although we are in France.',
      'Please put our purchase order number on the invoice for {product}.',
    ],
    reply: 'I have forwarded this to accounting. You will get a corrected invoice within two days.',
    endings: ['Perfect.', 'We need it by Friday to close the month.'],
  },
  {
    name: 'Love the new search',
    tag: 'wins',
    page: '/search',
    openings: [
      'The new search in {product} is so much faster, it saves me half an hour a day.',
      'Just wanted to say that {product} finally finds what I mean. Great work!',
    ],
    reply: 'That makes our day. May we quote you?',
    endings: ['Of course!', 'Sure, if you leave out the company name.'],
  },
  {
    name: 'Moving to a competitor',
    tag: 'losses',
    page: '/settings/plan',
    openings: [
      'We are cancelling: {product} has become too expensive for a team of five.',
      'We decided for a competitor because {product} has no offline mode.',
    ],
    reply: 'We are sorry to see you go. Would a smaller plan have changed your mind?',
    endings: ['Perhaps, but the decision is made.', 'No, the offline mode was what counted.'],
  },
  {
    name: 'Slow on Monday mornings',
    tag: 'bug',
    page: '/home',
    openings: [
      'Every Monday around nine, {product} takes more than ten seconds to load.',
      '{product} times out when the whole team logs in at once.',
    ],
    reply: 'We see the spike as well and are adding capacity. Is it better today?',
    endings: ['Much better, thanks.', 'A little, but still five seconds.'],
  },
  {
    name: 'Onboarding call',
    tag: 'general_feedback',
    page: '/welcome',
    openings: [
      'The setup of {product} was easy, but we did not understand the permissions.',
      'It took us a while to find where {product} keeps the integrations.',
    ],
    reply: 'Good point. I will walk you through it: permissions live with the team, not with the person.',
    endings: ['Now it makes sense.', 'Please put that into the documentation.'],
  },
];
